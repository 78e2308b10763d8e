# cmake --install: the program, the libraries with a package config (find_package(hearth)), headers and scenarios.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS hearth)
set(hearth_libraries hearth_options)
foreach(folder ${hearth_folders})
  list(APPEND hearth_libraries hearth_${folder})
  install(DIRECTORY engine/${folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/hearth
          FILES_MATCHING PATTERN "*.hpp" PATTERN "*.def")
endforeach()
install(TARGETS ${hearth_libraries} EXPORT hearth)
install(EXPORT hearth NAMESPACE hearth:: FILE hearth-targets.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/hearth)

configure_package_config_file(cmake/hearth-config.cmake.in ${PROJECT_BINARY_DIR}/hearth-config.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/hearth)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/hearth-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/hearth-config.cmake ${PROJECT_BINARY_DIR}/hearth-config-version.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/hearth)

install(DIRECTORY scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/hearth)
install(FILES LICENSE CITATION.cff DESTINATION ${CMAKE_INSTALL_DOCDIR})
