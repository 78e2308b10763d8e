// The named levers through which a service model acts on the mechanisms, and what each multiplies.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hearth {

enum class Lever : std::uint8_t {
  kDirectTime,
  kRecoveryDomesticAbuse,
  kRecoveryMentalIllHealth,
  kRecoverySubstanceMisuse,
  kEngagementStart,
  kEngagementGrowth,
  kThresholdProtectionPlan,
  kThresholdCare,
  kPreProceedingsResolved,
  kPrematureClosure,
  kAdolescentEntry,
  kPlacementKin,
  kPlacementResidential,
  kReturnHome,
  kReEntry,
  kHelpSeeking,
  kEnforcement,
  kRetention,
  kRecruitment,
};
inline constexpr std::size_t kLevers = 19;

struct LeverInfo {
  Lever id;
  std::string_view name;     // as files write it
  std::string_view meaning;  // what a ratio above 1 does
};

inline constexpr std::array<LeverInfo, kLevers> kLeverTable = {{
    {Lever::kDirectTime, "direct_time", "time a worker spends with each family; above 1 is more time"},
    {Lever::kRecoveryDomesticAbuse, "recovery.domestic_abuse",
     "rate at which domestic abuse ends in families with an open case"},
    {Lever::kRecoveryMentalIllHealth, "recovery.mental_ill_health",
     "rate at which parental mental ill-health resolves in families with an open case"},
    {Lever::kRecoverySubstanceMisuse, "recovery.substance_misuse",
     "rate at which parental substance misuse ends in families with an open case"},
    {Lever::kEngagementStart, "engagement.start", "odds of engagement with the worker when a case opens"},
    {Lever::kEngagementGrowth, "engagement.growth", "speed at which engagement grows while a case is open"},
    {Lever::kThresholdProtectionPlan, "threshold.protection_plan",
     "risk at which enquiries and plans are used; above 1 means fewer enquiries and plans"},
    {Lever::kThresholdCare, "threshold.care",
     "risk at which children enter care; above 1 means fewer pre-proceedings, applications and entries"},
    {Lever::kPreProceedingsResolved, "pre_proceedings.resolved",
     "odds that pre-proceedings end without going to court"},
    {Lever::kPrematureClosure, "premature_closure", "rate at which cases close with needs unmet"},
    {Lever::kAdolescentEntry, "adolescent_entry",
     "rate at which children of 10 and over enter care by agreement"},
    {Lever::kPlacementKin, "placement.kin", "odds of placement with kin"},
    {Lever::kPlacementResidential, "placement.residential", "odds of placement in a children's home"},
    {Lever::kReturnHome, "return_home", "rate at which looked-after children return home"},
    {Lever::kReEntry, "re_entry", "rate at which children who returned home enter care again"},
    {Lever::kHelpSeeking, "help_seeking",
     "rate at which families come forward or are referred for help by others"
     " than the police"},
    {Lever::kEnforcement, "enforcement",
     "share of protection led by police; above 1 costs engagement and raises police referrals"},
    {Lever::kRetention, "retention", "staff retention; above 1 means fewer leavers"},
    {Lever::kRecruitment, "recruitment", "rate at which vacancies are filled"},
}};

constexpr std::optional<Lever> find_lever(std::string_view name) {
  for (const auto& row : kLeverTable)
    if (row.name == name) return row.id;
  return std::nullopt;
}

}  // namespace hearth
