hearth_test(test_report hearth_report)
add_test(NAME test_report_page COMMAND ${HEARTH_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/test_report.py $<TARGET_FILE:hearth>)
set_tests_properties(test_report_page PROPERTIES LABELS python)
