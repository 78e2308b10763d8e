// The keys of the resolved scenario. The writer (resolved.cpp) and the reader (recorded.cpp) both have them
// from here, so that neither can use a key that the other does not know.
#pragma once

namespace hearth::key {

// ---- The scenario
inline constexpr char kFormat[] = "format";
inline constexpr char kVersion[] = "version";
inline constexpr char kName[] = "name";
inline constexpr char kTitle[] = "title";
inline constexpr char kDescription[] = "description";
inline constexpr char kQuestion[] = "question";
inline constexpr char kData[] = "data";
inline constexpr char kOrigin[] = "origin";
inline constexpr char kHorizonMonths[] = "horizon_months";
inline constexpr char kReplicates[] = "replicates";
inline constexpr char kSeed[] = "seed";
inline constexpr char kSamplingFraction[] = "sampling_fraction";
inline constexpr char kAuthorities[] = "authorities";
inline constexpr char kAll[] = "all";  // of authorities
inline constexpr char kAdoptingElsewhere[] = "adopting_elsewhere";
inline constexpr char kBaseline[] = "baseline";
inline constexpr char kOutput[] = "output";
inline constexpr char kCompression[] = "compression";
inline constexpr char kEvery[] = "every";
inline constexpr char kUncertainty[] = "uncertainty";
inline constexpr char kNotInIntervals[] = "not_in_intervals";
inline constexpr char kPopulation[] = "population";
inline constexpr char kPrices[] = "prices";
inline constexpr char kFirstYear[] = "first_year";
inline constexpr char kCash[] = "cash";
inline constexpr char kAboveInflation[] = "above_inflation";
inline constexpr char kParameters[] = "parameters";
inline constexpr char kSet[] = "set";  // by the command line
inline constexpr char kTimes[] = "times";
inline constexpr char kFixed[] = "fixed";

// ---- Arms
inline constexpr char kArms[] = "arms";
inline constexpr char kEffects[] = "effects";
inline constexpr char kAdoption[] = "adoption";
inline constexpr char kHistory[] = "history";  // adoptions before the origin
inline constexpr char kServiceModel[] = "service_model";
inline constexpr char kStart[] = "start";
inline constexpr char kEnd[] = "end";
inline constexpr char kGrantEnd[] = "grant_end";
inline constexpr char kPartnersAgree[] = "partners_agree";
inline constexpr char kOnly[] = "only";
inline constexpr char kShocks[] = "shocks";
inline constexpr char kKind[] = "kind";
inline constexpr char kStrength[] = "strength";
inline constexpr char kPeerLearning[] = "peer_learning";
inline constexpr char kMembers[] = "members";
inline constexpr char kEveryMonths[] = "every_months";
inline constexpr char kChannels[] = "channels";

// ---- Service models
inline constexpr char kServiceModels[] = "service_models";
inline constexpr char kSameDrawsAs[] = "same_draws_as";
inline constexpr char kTrainingMonths[] = "training_months";
inline constexpr char kMonthsToEmbed[] = "months_to_embed";
inline constexpr char kComponents[] = "components";
inline constexpr char kReach[] = "reach";
inline constexpr char kOptional[] = "optional";
inline constexpr char kSetup[] = "setup_gbp_per_case";
inline constexpr char kRunning[] = "running_gbp_per_case";
inline constexpr char kCostSource[] = "cost_source";
inline constexpr char kStaffing[] = "staffing";
inline constexpr char kPosts[] = "posts_per_100_cases";
inline constexpr char kGbpPerPost[] = "gbp_per_post";
inline constexpr char kMonthsToRecruit[] = "months_to_recruit";
inline constexpr char kRatio[] = "ratio";
inline constexpr char kLow[] = "low";
inline constexpr char kHigh[] = "high";
inline constexpr char kGrade[] = "grade";
inline constexpr char kSource[] = "source";
inline constexpr char kBesides[] = "besides";
inline constexpr char kStudies[] = "studies";
inline constexpr char kOutcomes[] = "outcomes";
inline constexpr char kRepetition[] = "repetition";
inline constexpr char kFromOutcomes[] = "from_outcomes";
inline constexpr char kInferred[] = "inferred";  // from outcomes: [claimed, mean, sd] of the log effect

// ---- Targets
inline constexpr char kTargets[] = "targets";
inline constexpr char kMeasure[] = "measure";
inline constexpr char kPer[] = "per";
inline constexpr char kArm[] = "arm";
inline constexpr char kMonths[] = "months";
inline constexpr char kComparedWith[] = "compared_with";
inline constexpr char kAs[] = "as";
inline constexpr char kPublished[] = "published";
inline constexpr char kValue[] = "value";
inline constexpr char kUnit[] = "unit";
inline constexpr char kExpect[] = "expect";
inline constexpr char kNote[] = "note";

// ---- The calibration
inline constexpr char kPropensities[] = "propensities";
inline constexpr char kDeviations[] = "deviations";
inline constexpr char kResponse[] = "response";
inline constexpr char kRecordingNoise[] = "recording_noise";
inline constexpr char kStateCovariance[] = "state_covariance";
inline constexpr char kDraws[] = "draws";
inline constexpr char kValues[] = "values";

}  // namespace hearth::key
