add_test(NAME test_docs COMMAND ${HEARTH_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/test_docs.py $<TARGET_FILE:hearth>)
set_tests_properties(test_docs PROPERTIES LABELS python)

add_test(NAME service_models
         COMMAND ${HEARTH_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/test_service_models.py $<TARGET_FILE:hearth>)
set_tests_properties(service_models PROPERTIES LABELS python)
