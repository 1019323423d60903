# onda_embed(TARGET NAME NAMESPACE GLOB…): compiles text files into a table `embedded_<NAME>()` of the namespace,
# sorted by file name. The declaration is in onda/base/embedded.h's shape: std::span<const EmbeddedFile>.
function(onda_embed target name namespace)
  file(GLOB files CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} ${ARGN})
  list(SORT files)
  set(rows "")
  foreach(path ${files})
    get_filename_component(full ${path} ABSOLUTE BASE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${full})
    file(READ ${full} text)
    get_filename_component(base ${path} NAME)
    # A literal may not be longer than the standard's 65,536 characters: cut, and let the compiler join the pieces.
    string(LENGTH "${text}" length)
    set(pieces "")
    set(at 0)
    while(at LESS length)
      string(SUBSTRING "${text}" ${at} 16000 piece)
      string(APPEND pieces "R\"~onda~(${piece})~onda~\"\n")
      math(EXPR at "${at}+16000")
    endwhile()
    string(APPEND rows "    {\"${base}\",\n${pieces}},\n")
  endforeach()
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded_${name}.cc)
  file(CONFIGURE OUTPUT ${out} CONTENT "// Generated from ${ARGN}.
#include \"onda/base/embedded.h\"

namespace ${namespace} {
namespace {
constexpr onda::EmbeddedFile kFiles[] = {
@rows@};
}
std::span<const onda::EmbeddedFile> embedded_${name}() { return kFiles; }
}  // namespace ${namespace}
" @ONLY)
  target_sources(${target} PRIVATE ${out})
endfunction()
