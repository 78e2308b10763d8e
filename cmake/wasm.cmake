# WebAssembly with its 128-bit registers and exceptions, by Debian's emscripten; programs run under Node.js, and read
# the files of the machine.
set(ENV{NODE_PATH} /usr/share/nodejs)  # emscripten's own scripts look for Debian's packages there when they link
set(CMAKE_CXX_LINKER_LAUNCHER ${CMAKE_COMMAND} -E env NODE_PATH=/usr/share/nodejs)
include(/usr/share/emscripten/cmake/Modules/Platform/Emscripten.cmake)
# Node.js from version 18 on has a fetch() that takes no file; this emscripten takes it for the browser's.
find_program(HEARTH_NODE NAMES node nodejs REQUIRED)
set(CMAKE_CROSSCOMPILING_EMULATOR ${HEARTH_NODE} --no-experimental-fetch)
set(CMAKE_CXX_FLAGS_INIT "-msimd128 -fwasm-exceptions -include ${CMAKE_CURRENT_LIST_DIR}/wasm/missing.hpp")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-fwasm-exceptions -sALLOW_MEMORY_GROWTH=1 -sNODERAWFS=1 -sEXIT_RUNTIME=1 -sENVIRONMENT=node")
