// What the format promises of a result (outputs/README.md), checked against what a file holds, in one place:
// after this, header and variables are as if Hearth had just written them, and no one checks again. The
// numbers themselves are checked as they are read (check_numbers). Internal to results/.
#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "results/content/description.hpp"
#include "results/content/result_header.hpp"
#include "results/file/result_part.hpp"
#include "results/file/stored.hpp"

namespace hearth::promise {

// More than any result has; a file that says so is damaged. Months are bounded as in scenarios.
inline constexpr std::size_t kMostArms = 1000;
inline constexpr std::size_t kMostAuthorities = 1000;
inline constexpr int kMostReplicates = 1'000'000;
// Numbers that a file may say it has, in bytes for each byte of the file. The best that compression can do is
// 1,032, and results come to 10.
inline constexpr double kMostForEachByte = 1000.0;
// Pounds in one cell. Sums over authorities, payers, what is paid for and a year stay far below what fits.
inline constexpr double kMostPounds = 1e12;

// What was found, and what a result has there, in one sentence without the name of the file.
class Broken : public std::runtime_error {
 public:
  Broken(const std::string& where, const std::string& found, const std::string& promised);
};

// All of the header. Throws Broken.
ResultHeader header(const stored::Content& content);
// The same of a header that is to be written: the problem in words, empty where there is none.
std::string problem_of(const ResultHeader& header);

// Its run went to the end.
bool is_complete(const stored::Content& content);

// What the drawn effects are of, from their group; none where there is none. Their deviations are numbers,
// which are read with check_deviations. Throws Broken.
EffectDraws effects(const stored::Content& content, const ResultHeader& header);
void check_deviations(std::span<const double> deviations);

// That coordinates, and those variables that are there, are as the header makes them; a variable that is
// missing is the business of who needs it, for later versions have more. Throws Broken.
void check_variables(const stored::Content& content, const ResultHeader& header);

// Of a virtual result: the files that hold its replicates, in their order; of another none. That every
// variable lies in the same files, each under its own name and with all cells of some replicates. Throws
// Broken.
std::vector<ResultPart> parts(const stored::Content& content, const ResultHeader& header);

// That the variables could lie in so many bytes. Throws Broken.
void check_size(const ResultHeader& header, std::uintmax_t file_bytes);

// Numbers of a variable; and of one of group "authorities", all its statistics. Throws Broken.
void check_numbers(const VariableDescription& variable, std::span<const double> numbers);
void check_statistics(const VariableDescription& variable, int replicates, std::span<const double> numbers);

}  // namespace hearth::promise
