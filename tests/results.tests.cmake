hearth_test(test_results hearth_results)
hearth_test(test_control_variates hearth_results)
hearth_test(test_array_file hearth_results)
hearth_test(test_ensembles hearth_results)
hearth_test(test_summarised hearth_results)
add_test(NAME Results.xarray_reads_the_file
         COMMAND ${HEARTH_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/test_results_xarray.py $<TARGET_FILE:test_results>)
