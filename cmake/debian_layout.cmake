# Run by cpack before it packs: the few things that Debian's rules for a package ask for.
file(GLOB_RECURSE page ${CPACK_TEMPORARY_DIRECTORY}/hearth.1)
execute_process(COMMAND gzip -9n ${page} COMMAND_ERROR_IS_FATAL ANY)

# Below /usr the path has the folder of packages for every Python 3, not that of one version.
file(GLOB_RECURSE package ${CPACK_TEMPORARY_DIRECTORY}/__init__.py)
if(package MATCHES "^((.*)/lib/python3\\.[0-9]+)/")
  set(from ${CMAKE_MATCH_1})
  set(to ${CMAKE_MATCH_2}/lib/python3/dist-packages)
  cmake_path(GET package PARENT_PATH folder)
  file(MAKE_DIRECTORY ${to})
  file(RENAME ${folder} ${to}/hearth)
  file(REMOVE_RECURSE ${from})
endif()

file(GLOB_RECURSE licence ${CPACK_TEMPORARY_DIRECTORY}/LICENSE)
cmake_path(GET licence PARENT_PATH folder)
file(REMOVE ${licence})
file(WRITE ${folder}/copyright "Copyright 2026 The Hearth contributors, under the Apache License 2.0, whose text is in
/usr/share/common-licenses/Apache-2.0. The page of a result includes Apache ECharts (Apache License 2.0; it includes
zrender, BSD 3-clause, and tslib, 0BSD). England's tables contain public sector information licensed under the Open
Government Licence v3.0: see DATA-LICENCE.md in this folder.
")
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(WRITE ${folder}/changelog "hearth (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium

  * Version ${CPACK_PACKAGE_VERSION}.

 -- ${CPACK_PACKAGE_CONTACT}  ${now}
")
execute_process(COMMAND gzip -9n ${folder}/changelog COMMAND_ERROR_IS_FATAL ANY)
