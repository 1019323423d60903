# The dashboard (web/): built with npm when its sources changed, and compiled into the binary.
option(ONDA_WEB "Build the dashboard and put it into the binary (needs Node.js 18 or newer, and npm)" ON)

# onda_web(TARGET): adds the dashboard's files, or an empty table, to TARGET.
function(onda_web target)
  if(NOT ONDA_WEB)
    target_sources(${target} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/no_web.cc)
    return()
  endif()

  find_program(NODE NAMES node nodejs)
  find_program(NPM npm)
  if(NOT NODE OR NOT NPM)
    message(FATAL_ERROR "The dashboard needs Node.js 18 or newer, and npm. Install them (Debian, Ubuntu: apt-get install nodejs npm), "
                        "or build without it: -DONDA_WEB=OFF")
  endif()
  execute_process(COMMAND ${NODE} --version OUTPUT_VARIABLE version OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(version MATCHES "^v([0-9]+)" AND CMAKE_MATCH_1 LESS 18)
    message(FATAL_ERROR "The dashboard needs Node.js 18 or newer; ${NODE} is ${version}. Install a newer one, or build without it: -DONDA_WEB=OFF")
  endif()

  # Everything happens in a copy, so that builds neither touch the sources nor one another.
  set(source ${CMAKE_SOURCE_DIR}/web)
  set(work ${CMAKE_BINARY_DIR}/web)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/web)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${source}/src/* ${source}/public/*)
  list(FILTER sources EXCLUDE REGEX "\\.gen\\.ts$|\\.test\\.ts$")
  set(frame ${source}/index.html ${source}/package.json ${source}/package-lock.json ${source}/.npmrc ${source}/tsconfig.json
            ${source}/tsconfig.build.json ${source}/types.js ${source}/vite.config.ts)
  file(MAKE_DIRECTORY ${out})

  add_custom_command(
    OUTPUT ${work}/node_modules/.package-lock.json
    COMMAND ${CMAKE_COMMAND} -E make_directory ${work}
    COMMAND ${CMAKE_COMMAND} -E copy ${source}/package.json ${source}/package-lock.json ${source}/.npmrc ${work}
    COMMAND ${NPM} ci --omit=dev --prefer-offline --no-progress --loglevel=error
    WORKING_DIRECTORY ${work}
    DEPENDS ${source}/package.json ${source}/package-lock.json ${source}/.npmrc
    COMMENT "Fetching what the dashboard is built with" VERBATIM)

  add_custom_command(
    OUTPUT ${out}/web_assets.cc ${out}/web_assets.S
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${work}/src ${work}/public ${work}/dist
    COMMAND ${CMAKE_COMMAND} -E copy_directory ${source}/src ${work}/src
    COMMAND ${CMAKE_COMMAND} -E copy_directory ${source}/public ${work}/public
    COMMAND ${CMAKE_COMMAND} -E copy ${frame} ${work}
    COMMAND ${CMAKE_COMMAND} -E env ONDA_OPENAPI=${CMAKE_SOURCE_DIR}/api/openapi.yaml ${NPM} run --silent build
    COMMAND /usr/bin/python3 ${CMAKE_SOURCE_DIR}/cmake/embed_web.py ${work}/dist ${out}
    WORKING_DIRECTORY ${work}
    DEPENDS ${work}/node_modules/.package-lock.json ${sources} ${frame} ${CMAKE_SOURCE_DIR}/api/openapi.yaml
            ${CMAKE_SOURCE_DIR}/cmake/embed_web.py
    COMMENT "Building the dashboard" VERBATIM)

  # The assembler's file names its .incbin files, which no compiler cache sees.
  set_source_files_properties(${out}/web_assets.S PROPERTIES OBJECT_DEPENDS ${out}/web_assets.cc)
  target_sources(${target} PRIVATE ${out}/web_assets.cc ${out}/web_assets.S)
endfunction()
