# cpack -G DEB: one package for the release of Debian or Ubuntu that it is made on, with the libraries that it needs there.
# ./package does all of it.
set(CPACK_GENERATOR DEB)
if(NOT CPACK_PACKAGE_CONTACT)
  set(CPACK_PACKAGE_CONTACT "The Hearth contributors <hearth@example.org>")  # whoever publishes the package
endif()
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "children's social care in England, simulated family by family")
set(CPACK_PACKAGE_DESCRIPTION "Hearth simulates families through children's social care in every local
authority of England under alternative service models, and compares what
would follow: children in need, protection plans, entries to care, staff and
costs, with intervals.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program)
if(HEARTH_BINDINGS)
  list(APPEND CPACK_COMPONENTS_ALL python)
endif()
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
# The Python package needs these; the program does not.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS
    "python3, python3-numpy, python3-pandas, python3-xarray, python3-h5netcdf")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "chromium | firefox-esr | firefox")
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/debian_layout.cmake)
include(CPack)
