hearth_test(test_core hearth_core rapidcheck)
add_test(NAME test_field_cases
         COMMAND ${HEARTH_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/test_field_cases.py $<TARGET_FILE:hearth>)
add_test(NAME test_mutations
         COMMAND ${HEARTH_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/test_mutations.py $<TARGET_FILE:hearth>)
set_tests_properties(test_field_cases test_mutations PROPERTIES LABELS python)
