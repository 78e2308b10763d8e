add_test(NAME test_docs COMMAND ${HEARTH_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/test_docs.py $<TARGET_FILE:hearth>)
set_tests_properties(test_docs PROPERTIES LABELS python)
