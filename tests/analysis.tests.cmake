hearth_test(test_decomposition hearth_analysis)
hearth_test(test_targets hearth_analysis)
add_test(NAME test_check COMMAND ${HEARTH_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/test_check.py $<TARGET_FILE:hearth>)
set_tests_properties(test_check PROPERTIES LABELS python)
