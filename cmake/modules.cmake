# One folder = one static library = one namespace. A module names what it stands on; the linker keeps the
# arrows running one way, because a library can only use what it was linked with.

add_library(onda_options INTERFACE)
target_compile_options(onda_options INTERFACE -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(onda_options INTERFACE -Wno-restrict)  # GCC bug 105651: false alarms in std::string
endif()
target_include_directories(onda_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_definitions(onda_options INTERFACE JSON_USE_IMPLICIT_CONVERSIONS=0)
if(ONDA_SANITIZE)
  target_compile_options(onda_options INTERFACE -fsanitize=${ONDA_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(onda_options INTERFACE -fsanitize=${ONDA_SANITIZE})
endif()
if(ONDA_FUZZ)
  target_compile_options(onda_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# onda_module(NAME [modules and libraries it stands on…]): every .cc of the current folder.
function(onda_module name)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  add_library(onda_${name} STATIC ${sources})
  target_link_libraries(onda_${name} PUBLIC onda_options ${ARGN})
endfunction()

# onda_test(NAME [modules…]): every *_test.cc of the current folder, one program, one ctest entry per case.
function(onda_test name)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE ${ARGN} rapidcheck rapidcheck_gtest GTest::gmock GTest::gtest_main)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endfunction()
