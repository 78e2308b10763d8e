hearth_test(test_england hearth_population)
add_test(NAME analysis_estimates COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/test_analysis.py)
