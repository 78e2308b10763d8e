# cmake --install, in three components: program (with its manual page, completions and scenarios), python (the package
# hearth) and development (libraries and headers with a package config, find_package(hearth)). cpack -G DEB packages the
# first two; tools/make_wheel.py makes a wheel of them.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)  # what is installed is what has been built, without the tests
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME program)

install(TARGETS hearth)
# The public API is hearth::app with the headers of engine/app. The libraries that it links, one a folder, come with it.
set(hearth_libraries hearth_options)
foreach(folder ${hearth_folders})
  list(APPEND hearth_libraries hearth_${folder})
endforeach()
set_target_properties(hearth_app PROPERTIES EXPORT_NAME app)
install(CODE "set(engine \"${PROJECT_SOURCE_DIR}/engine\")
  set(destination \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_INCLUDEDIR}/hearth\")" COMPONENT development)
install(SCRIPT cmake/install_headers.cmake COMPONENT development)
install(TARGETS ${hearth_libraries} EXPORT hearth ARCHIVE COMPONENT development)
install(EXPORT hearth NAMESPACE hearth:: FILE hearth-targets.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/hearth
        COMPONENT development)

configure_package_config_file(cmake/hearth-config.cmake.in ${PROJECT_BINARY_DIR}/hearth-config.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/hearth)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/hearth-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/hearth-config.cmake ${PROJECT_BINARY_DIR}/hearth-config-version.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/hearth COMPONENT development)

# The manual page and the completions are what the program itself says, put where Debian's man and shells look.
set(hearth_words ${PROJECT_BINARY_DIR}/words)
install(CODE "
  file(MAKE_DIRECTORY \"${hearth_words}\")
  execute_process(COMMAND \"$<TARGET_FILE:hearth>\" man
                  OUTPUT_FILE \"${hearth_words}/hearth.1\" COMMAND_ERROR_IS_FATAL ANY)
  foreach(shell bash zsh fish)
    execute_process(COMMAND \"$<TARGET_FILE:hearth>\" completion \${shell}
                    OUTPUT_FILE \"${hearth_words}/\${shell}\" COMMAND_ERROR_IS_FATAL ANY)
  endforeach()")
install(FILES ${hearth_words}/hearth.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${hearth_words}/bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME hearth)
install(FILES ${hearth_words}/zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions RENAME _hearth)
install(FILES ${hearth_words}/fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d RENAME hearth.fish)

install(DIRECTORY scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/hearth)
install(FILES LICENSE DATA-LICENCE.md CITATION.cff DESTINATION ${CMAKE_INSTALL_DOCDIR})

include(cmake/package.cmake)
