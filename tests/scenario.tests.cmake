hearth_test(test_scenario hearth_scenario rapidcheck)
hearth_test(test_place hearth_scenario)
hearth_test(test_scenario_broken hearth_scenario)
add_test(NAME scenario_schema
         COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/test_scenario_schema.py ${PROJECT_SOURCE_DIR})
