// Numbers in tables for other programs: with the decimals that their unit carries, and no more.
#pragma once

#include <string>
#include <string_view>

namespace hearth {

// Whole pounds; children, families, staff and events to two decimals (a mean or quantile of whole numbers has
// some), cases a worker to three, shares to five.
int decimals_of(std::string_view unit);

// Rounded so; no negative zero.
double carried(double value, std::string_view unit);

// The same as text, without zeros at the end and without commas: "261", "0.35", "-1250".
std::string plain_number(double value, std::string_view unit);

// Of a unit that only people know: at most nine figures.
std::string plain_number(double value);

}  // namespace hearth
