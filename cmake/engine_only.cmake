# Only what simulates, from memory to memory, for another compiler or processor: its libraries of headers alone are
# taken from the machine that builds, through a folder of links that shows nothing else of it.
set(headers ${PROJECT_BINARY_DIR}/headers)
file(MAKE_DIRECTORY ${headers})
foreach(name fmt nlohmann boost eigen3/Eigen)
  cmake_path(GET name FILENAME link)
  if(NOT EXISTS /usr/include/${name})
    message(FATAL_ERROR "/usr/include/${name} is not here: ./test --platforms installs what is needed")
  endif()
  file(CREATE_LINK /usr/include/${name} ${headers}/${link} SYMBOLIC)
endforeach()
add_library(hearth_headers INTERFACE)
target_include_directories(hearth_headers SYSTEM INTERFACE ${headers})
target_compile_definitions(hearth_headers INTERFACE FMT_HEADER_ONLY)
foreach(name fmt::fmt nlohmann_json::nlohmann_json Boost::headers Eigen3::Eigen)
  add_library(${name} ALIAS hearth_headers)
endforeach()

# The unit tests' library, compiled for the same processor.
set(gtest_disable_pthreads ON)
set(INSTALL_GTEST OFF)
set(BUILD_GMOCK OFF)
add_subdirectory(/usr/src/googletest ${PROJECT_BINARY_DIR}/googletest EXCLUDE_FROM_ALL)
