// What the benchmarks run on: business as usual of scenarios/england.json, read once, when first asked for.
#pragma once

#include "model/authority.hpp"
#include "published/england.hpp"
#include "scenario/scenario.hpp"

namespace hearth::bench {

struct Inputs {
  Scenario scenario;  // one arm, one replicate
  England england;

  const Arm& arm() const { return scenario.arms.front(); }
  const Parameters& parameters() const { return arm().parameters; }
};
const Inputs& inputs();

// An authority of middling size, for a quick look: the one whose number of children is nearest the mean.
const AuthorityOrigin& typical_authority();

Setting setting_of(const AuthorityOrigin& authority, const Families& families,
                   const CareHistory& care_history);

// What the replicates of one authority share.
struct Prepared {
  explicit Prepared(const AuthorityOrigin& authority);
  Prepared(const Prepared&) = delete;  // the setting points to the rest
  Prepared& operator=(const Prepared&) = delete;

  Families families;
  CareHistory care_history;
  Setting setting;
};
const Prepared& typical_prepared();

}  // namespace hearth::bench
