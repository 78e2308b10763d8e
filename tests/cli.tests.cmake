if(NOT HEARTH_SANITIZE)  # of sources, the same in every build
  add_test(NAME test_layout COMMAND ${HEARTH_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/test_layout.py
           ${PROJECT_BINARY_DIR}/compile_commands.json)
  add_test(NAME test_build COMMAND ${HEARTH_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/test_build.py)
  set_tests_properties(test_layout test_build PROPERTIES LABELS python)
endif()
add_test(NAME test_cli COMMAND ${HEARTH_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/test_cli.py $<TARGET_FILE:hearth>)
add_test(NAME test_install COMMAND ${HEARTH_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/test_install.py ${PROJECT_BINARY_DIR})
add_test(NAME test_ensembles_cli COMMAND ${HEARTH_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/test_ensembles.py $<TARGET_FILE:hearth>)
add_test(NAME test_summarised_cli COMMAND ${HEARTH_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/test_summarised.py $<TARGET_FILE:hearth>)
set_tests_properties(test_cli test_ensembles_cli test_summarised_cli test_install PROPERTIES LABELS python)
foreach(subject new export shell council options workbook)
  add_test(NAME test_${subject}
           COMMAND ${HEARTH_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/test_${subject}.py $<TARGET_FILE:hearth>)
  set_tests_properties(test_${subject} PROPERTIES LABELS python)
endforeach()
