// The keys that each kind of object in a scenario, service model or calibration file may have. Validation,
// the JSON Schemas and the check of docs/reference/scenario.md are made from these tables.
#pragma once

#include <array>
#include <string_view>

namespace hearth {

struct KeyInfo {
  std::string_view name;
  bool required;
  std::string_view meaning;
};

inline constexpr std::array kScenarioKeys = std::to_array<KeyInfo>({
    {"$schema", false, "Path of the JSON Schema, for completion in editors; not read"},
    {"extends", false, "Path of a scenario that this one changes, relative to this file"},
    {"name", true, "Identifier of the scenario: lower-case letters, digits and _"},
    {"title", false,
     "Title for people; {place} stands for the name of what is simulated; the name of the scenario where "
     "absent"},
    {"question", false, "The question that the scenario answers; {place} as in the title"},
    {"data", false, "Folder of the tables of England, relative to this file; default: next to the scenario"},
    {"calibration", false,
     "Calibration file, relative to this file, or \"none\"; default: that of the origin in the data "
     "folder"},
    {"service_models", false, "Paths of your own service model files, relative to this file"},
    {"origin", true, "Date at which the simulation starts from the observed state, such as 2022-03-31"},
    {"horizon_months", true, "Months simulated after the origin"},
    {"replicates", false, "Independent futures simulated for each arm"},
    {"seed", false, "Seed of all random numbers; the same seed gives the same results"},
    {"sampling_fraction", false, "Share of families simulated; 1 is one-to-one"},
    {"uncertainty", false, "Sources of uncertainty that are switched off; all are on by default"},
    {"authorities", false,
     "Authorities simulated: \"all\", codes, ONS codes, names, {\"region\": ...}, or a list of these"},
    {"also_adopt", false,
     "Authorities that adopt with those simulated without being simulated, and recruit from the same people: "
     "as in authorities"},
    {"baseline", true, "Name of the arm that the others are compared with"},
    {"parameters", false, "Parameter values for all arms, by dotted name"},
    {"population", false,
     "How the number of children goes on: principal (default), low, high, flat, cohorts, or the path of your "
     "own "
     "table (CSV), relative to this file"},
    {"prices", false,
     "Path of your own table of inflation and prices (CSV), relative to this file; default: prices.csv in "
     "the "
     "data folder"},
    {"shocks", false, "What the world does, in all arms"},
    {"peer_learning", false, "Authorities that learn from each other, in all arms"},
    {"output", false, "Choices about the result file"},
    {"arms", true, "The alternatives compared, by name, in the order of the results"},
    {"targets", false, "Published figures that `hearth check` sets simulated ones beside"},
});

inline constexpr std::array kArmKeys = std::to_array<KeyInfo>({
    {"title", false, "Title for people; default: the name"},
    {"description", false, "What this arm stands for"},
    {"effects", false, "How much of the claimed effects of service models is used"},
    {"adoption", false,
     "Which authorities adopt which service model, and when: a list, or the path of a table (CSV)"},
    {"parameters", false, "Parameter values for this arm alone, by dotted name"},
    {"shocks", false, "What happens in this arm, as well as the shared shocks"},
    {"peer_learning", false,
     "Authorities that learn from each other in this arm, instead of the shared ones"},
});

inline constexpr std::array kAdoptionKeys = std::to_array<KeyInfo>({
    {"service_model", true, "Name of the service model"},
    {"authorities", false,
     "Authorities that adopt it: those among the simulated ones, and those of also_adopt; all of these where "
     "absent"},
    {"start", true, "Month in which the model starts, such as 2022-04; not before the origin"},
    {"only", false, "Components adopted, by name, and no others"},
    {"with", false, "Optional components adopted as well as the others"},
    {"without", false, "Components left out"},
    {"grant_end", false,
     "Last month in which a grant pays for the model; absent: the authority pays from the start"},
    {"partners_agree", false,
     "Month from which health and police pay their share, so that the end of a grant does no harm; absent: "
     "never"},
    {"note", false, "Your own words; not read"},
});

inline constexpr std::array kShockKeys = std::to_array<KeyInfo>({
    {"kind", true, "What happens"},
    {"start", true, "First month of the shock, such as 2023-09"},
    {"end", false, "Last month of the shock; absent: it lasts one month"},
    {"ratio", false, "What the rate is multiplied by; required by the kinds that change a rate"},
    {"strength", false,
     "Of the kinds that are events: 1 (as estimated, the default), 0.5 half as strong, 2 twice"},
    {"authorities", false, "Authorities it happens to; default: all"},
    {"note", false, "Your own words; not read"},
});

inline constexpr std::array kPeerLearningKeys = std::to_array<KeyInfo>({
    {"members", true, "Authorities of the network; an empty list: no peer learning"},
    {"start", false, "Month of the first meeting; absent: the first month after the origin"},
    {"every_months", false, "Months from one meeting to the next; default: 2"},
    {"channels", false, "Who meets: \"leadership\", \"practice\" or both; default: both"},
    {"note", false, "Your own words; not read"},
});

inline constexpr std::array kUncertaintyKeys = std::to_array<KeyInfo>({
    {"process", false, "Chance: false gives every replicate the random events of the first"},
    {"drift", false, "Drift of authorities' practice: false is drift.enabled off in every arm"},
    {"parameters", false, "Draws of parameters: false uses the calibration's own values"},
    {"effects", false, "Effects of arms with \"sampled\": false uses their means, as evidence_weighted does"},
});

inline constexpr std::array kOutputKeys = std::to_array<KeyInfo>({
    {"compression", false, "Compression of the result file: 0 (none) to 9 (smallest, slow)"},
    {"every", false, "What each number of the result is of: month, quarter or year, from the origin"},
    {"replicates", false,
     "Which replicates the result keeps: all, or summary: all of England and its regions, and of each "
     "authority the mean, standard deviation and quantiles by year"},
});

inline constexpr std::array kTargetKeys = std::to_array<KeyInfo>({
    {"name", true, "Identifier, once in a scenario: lower-case letters, digits and _"},
    {"title", false, "Title for people; default: the name"},
    {"measure", true,
     "Name of a measure, with its category after a dot where it has any; or cost, cost.<payer>, "
     "cost.<payer>.<category>"},
    {"per", false, "Name of a measure or cost to divide by"},
    {"arm", true, "Name of the arm looked at"},
    {"months", true,
     "A month, such as \"2022-04\", or the first and the last of several: flows and costs are summed, stocks "
     "and levels are means of the ends of the months"},
    {"compared_with", false, "Arm, months or both that a difference or change is taken from"},
    {"as", false,
     "value, percent (100 times it), difference or percent_change (from compared_with); default: value"},
    {"authorities", false, "Authorities looked at; default: all that are simulated"},
    {"published", true, "The published figure, with its interval where it has one"},
    {"unit", true, "Unit of the figure, for people"},
    {"source", true, "Key of evidence.csv behind the figure; history.csv or england.csv for official counts"},
    {"expect", false, "Outcome that the authors know; `hearth check` fails where it is another"},
    {"note", false, "Your own words, shown beside the outcome"},
});

inline constexpr std::array kComparisonKeys = std::to_array<KeyInfo>({
    {"arm", false, "Name of an arm; default: that of the target"},
    {"months", false, "Months as in the target; default: those of the target"},
});

inline constexpr std::array kPublishedKeys = std::to_array<KeyInfo>({
    {"value", true, "The figure, in the unit of the target"},
    {"low", false, "Lower end of its interval; with high or not at all"},
    {"high", false, "Upper end of its interval"},
});

inline constexpr std::array kServiceModelKeys = std::to_array<KeyInfo>({
    {"$schema", false, "Path of the JSON Schema, for completion in editors; not read"},
    {"name", true, "Identifier: lower-case letters, digits and _"},
    {"title", true, "Title for people"},
    {"description", true, "What the model is, in a few sentences"},
    {"same_draws_as", false,
     "Name of the model that this one is a variant of: components and levers of the same names then have the "
     "same draws of effects, so that the two differ by what you changed alone"},
    {"training_months", false, "Months from the start until practice begins to change"},
    {"months_to_embed", false, "Mean time for fidelity to grow from there, before turnover"},
    {"components", true, "Practice components; an empty list: nothing changes"},
    {"studies", false,
     "What was published of places that took the model up, from which effects are inferred"},
});

inline constexpr std::array kStudyKeys = std::to_array<KeyInfo>({
    {"name", true, "Identifier: lower-case letters, digits and _"},
    {"title", true, "Title for people"},
    {"authorities", true, "Names or codes of the authorities that took the model up"},
    {"start", true, "Month in which the model started, such as 2015-01"},
    {"grant_end", false, "Last month in which a grant paid for the model, as in an adoption"},
    {"partners_agree", false, "Month from which health and police paid their share, as in an adoption"},
    {"repetition", false,
     "true: by others than those who make the claim, so that the mode claimed leaves it out"},
    {"outcomes", true, "What was published; errors of the outcomes of one study go together"},
    {"note", false, "Your own words; not read"},
});

inline constexpr std::array kOutcomeKeys = std::to_array<KeyInfo>({
    {"title", true, "Title for people"},
    {"measure", true,
     "Name of a measure, as in a target; or care_entries_under_16, looked_after_without_unaccompanied"},
    {"per", false, "Name of a measure to divide by"},
    {"months", true,
     "A month, such as \"2016-03\", or the first and the last of several: flows are summed, stocks and "
     "levels "
     "are means"},
    {"compared_with", false,
     "no_programme (default: the same places and months without the model), before (the same places before), "
     "or nothing (the figure is a level)"},
    {"before", false, "The months before, where the figure is compared with them"},
    {"claimed", false,
     "false: not among the claims of those who made the model, so that the mode claimed need not give it "
     "again"},
    {"ratio", true, "The measure over what it is compared with, as published"},
    {"low", true, "Lower end of the 90% interval of the ratio"},
    {"high", true, "Upper end of the 90% interval of the ratio"},
    {"grade", true, "Study design behind the figure"},
    {"source", true, "Key of evidence.csv behind the figure"},
    {"note", false, "How the figure was reasoned; not read"},
});

inline constexpr std::array kComponentKeys = std::to_array<KeyInfo>({
    {"name", true, "Identifier: lower-case letters, digits and _"},
    {"title", true, "Title for people"},
    {"optional", false, "true: adopted only by adoptions that ask for it with \"with\" or \"only\""},
    {"reach", true, "Share of open cases (or of staff) that the component reaches"},
    {"months_to_embed", false, "For this component, instead of the model's"},
    {"staffing", false, "People that the component cannot work without, who have to be recruited"},
    {"effects", true, "What it does to the levers"},
    {"setup_gbp_per_case", false, "Cost once, for each case open when adoption starts"},
    {"running_gbp_per_case", false, "Cost a year, for each open case reached, beside staffing"},
    {"cost_source", false, "Key of evidence.csv behind the costs; required where there are costs"},
    {"cost_note", false, "How the costs were reasoned; not read"},
});

inline constexpr std::array kStaffingKeys = std::to_array<KeyInfo>({
    {"posts_per_100_cases", true, "Full-time equivalents for each 100 open cases reached"},
    {"gbp_per_post", true, "Cost a year, with on-costs"},
    {"months_to_recruit", true, "Mean time to fill a post when few others recruit"},
    {"source", true, "Key of evidence.csv behind these numbers"},
    {"note", false, "How they were reasoned; not read"},
});

inline constexpr std::array kEffectKeys = std::to_array<KeyInfo>({
    {"lever", true, "What the effect acts on"},
    {"ratio", true, "What the lever is multiplied by at full fidelity and full reach"},
    {"low", true, "Lower end of the 90% interval of the ratio"},
    {"high", true, "Upper end of the 90% interval of the ratio"},
    {"grade", true, "Study design behind the effect; weak designs are shrunk towards no effect"},
    {"source", true, "Key of evidence.csv behind the effect; an effect without a source is refused"},
    {"besides", false,
     "What else was found of the same effect: believed together with the claim, not used by the mode "
     "claimed"},
    {"note", false, "How the ratio was reasoned; not read"},
});

// Of an effect that nothing was found of but through outcomes.
inline constexpr std::array kEffectFromOutcomesKeys = std::to_array<KeyInfo>({
    {"lever", true, "What the effect acts on"},
    {"direction", true,
     "more or less: which way the model is meant to move the lever; instead of a ratio, where the outcomes "
     "of "
     "the model's studies are all that was found"},
    {"note", false, "Why; not read"},
});

inline constexpr std::array kFindingKeys = std::to_array<KeyInfo>({
    {"ratio", true, "What the lever is multiplied by at full fidelity and full reach, as found"},
    {"low", true, "Lower end of the 90% interval of the ratio"},
    {"high", true, "Upper end of the 90% interval of the ratio"},
    {"grade", true, "Study design behind the finding"},
    {"source", true, "Key of evidence.csv behind the finding"},
    {"note", false, "How the ratio was reasoned; not read"},
});

inline constexpr std::array kCalibrationKeys = std::to_array<KeyInfo>({
    {"format", true, "\"hearth calibration\""},
    {"version", true, "3"},
    {"origin", true, "Date of the observed state that it was fitted to"},
    {"parameters", true, "Fitted national values, by dotted name"},
    {"propensities", true, "Log-multipliers of each authority, by code: its long-run level"},
    {"deviations", false,
     "How far each authority's rates were from their level at the origin, by code (log ratio)"},
    {"state_covariance", false,
     "What is not known of each authority's log rates: covariance of eight levels and eight deviations, by "
     "code, lower triangle by rows"},
    {"response", false, "How each log rate answers each log propensity: by rate, a number a propensity"},
    {"recording_noise", false, "Log-sd of what recording adds to a published figure, by propensity"},
    {"draws", false, "Joint draws of fitted national values, for replicates to differ by"},
    {"fit", false, "Each target: published, simulated, allowed; not read"},
    {"authorities", false, "How far authorities are from what is expected of them; not read"},
    {"not_fitted", false, "What the published figures do not settle, and why; not read"},
    {"note", false, "How it was fitted; not read"},
});

inline constexpr std::array kEffectsFileKeys = std::to_array<KeyInfo>({
    {"format", true, "\"hearth effects\""},
    {"version", true, "1"},
    {"note", false, "How it was made; not read"},
    {"entries_response", true,
     "How log entries into care of ten years answer to the log of each lever, by name of the lever"},
    {"service_models", true, "What was measured of each service model that has studies, by its name"},
});

inline constexpr std::array kMeasuredResponseKeys = std::to_array<KeyInfo>({
    {"key", true, "Of what the response depends on in the service model's file"},
    {"believed", true, "Response where the believed effects are"},
    {"claimed", true, "Response where the claimed effects are"},
    {"noise", true, "By outcome, the Monte Carlo standard error of its logarithm"},
    {"effects", false,
     "For people: each effect as claimed and as believed, with the registry's evidence.*; not read"},
    {"correlations", false, "For people: of the believed effects; not read"},
    {"outcomes", false, "For people: each outcome as published, before and after; not read"},
});

inline constexpr std::array kResponseKeys = std::to_array<KeyInfo>({
    {"point", true, "Log effects at full dose, component by component"},
    {"outcomes", true, "Log outcomes there, study by study"},
    {"slopes", true, "Of log outcomes, a list for each with a number for each effect"},
});

inline constexpr std::array kParameterValueKeys = std::to_array<KeyInfo>({
    {"times", false, "Multiplies the shared value, and each replicate's draw of it"},
    {"fixed", false, "The value in every replicate: the parameter is not drawn"},
    {"note", false, "Your own words; not read"},
});

inline constexpr std::array kDrawsKeys = std::to_array<KeyInfo>({
    {"parameters", true, "Names of the parameters that are drawn"},
    {"about", true,
     "The value that each was drawn about; where the file's own \"parameters\" says another, draws move as "
     "far"},
    {"values", true, "List of draws, each a list with a value for each parameter"},
    {"note", false, "How they were drawn; not read"},
});

// Bounds of the numbers that are not parameters.
struct Bounds {
  double lower;
  double upper;
};
inline constexpr Bounds kHorizonMonths = {1, 600};
inline constexpr Bounds kCalibrationVersions = {3, 3};
inline constexpr Bounds kReplicates = {1, 100000};
inline constexpr Bounds kParameterFactor = {0, 1000};
inline constexpr Bounds kSamplingFraction = {0.0001, 1};
inline constexpr Bounds kCompression = {0, 9};
inline constexpr Bounds kShockRatio = {0, 100};
inline constexpr Bounds kLengthRatio = {0.05, 100};  // of what takes time: not none
inline constexpr Bounds kShockStrength = {0, 10};
inline constexpr Bounds kEveryMonths = {1, 60};
inline constexpr Bounds kTrainingMonths = {0, 60};
inline constexpr Bounds kPostsPer100Cases = {0, 1000};
inline constexpr Bounds kGbpPerPost = {0, 1e6};
inline constexpr Bounds kMonthsToRecruit = {0.1, 120};
inline constexpr Bounds kEffectRatio = {0.01, 100};
inline constexpr Bounds kReach = {0, 1};
inline constexpr Bounds kGbpPerCase = {0, 1e6};
inline constexpr Bounds kMonthsToEmbed = {1, 240};
inline constexpr Bounds kLogPropensity = {-3, 3};
inline constexpr Bounds kLogCovariance = {-10, 10};
inline constexpr Bounds kRecordingNoise = {0, 1};
inline constexpr Bounds kResponse = {-10, 10};
inline constexpr Bounds kLogEffect = {-20, 20};
inline constexpr Bounds kEffectsFileVersions = {1, 1};
inline constexpr Bounds kPublishedValue = {-1e12, 1e12};
// Doubles hold whole numbers exactly up to here; the seed must survive every tool that reads the file.
inline constexpr Bounds kSeed = {0, 9007199254740991.0};

}  // namespace hearth
