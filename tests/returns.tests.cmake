hearth_test(test_returns hearth_returns rapidcheck zip)
add_test(NAME test_profile COMMAND ${HEARTH_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/test_profile.py $<TARGET_FILE:hearth>)
set_tests_properties(test_profile PROPERTIES LABELS python)
