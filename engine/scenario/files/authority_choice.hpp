// Which authorities a scenario and the command line choose: who is simulated, and who adopts.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/calendar.hpp"
#include "published/authorities.hpp"
#include "scenario/files/load_context.hpp"
#include "scenario/files/overrides.hpp"

namespace hearth {

// Authorities as a scenario names them.
struct Selection {
  bool all = true;
  std::vector<int> codes;  // ascending, without repeats; empty where all

  bool overlaps(const Selection& other) const;
  bool contains(int code) const;
  void put_in_order();
  // Those that are among `possible` (ascending): an empty list is nobody.
  std::vector<int> within(const std::vector<int>& possible) const;
};

// The authorities of the tables, as they are at the scenario's origin.
struct KnownAuthorities {
  std::vector<AuthorityIdentity> identities;  // empty: the tables were not found, which is reported
  std::filesystem::path table;                // authorities.csv
  MonthEnd origin;

  const AuthorityIdentity& identity(int code) const;
  std::string label(int code) const;                        // "919 Hertfordshire"
  std::string labels(const std::vector<int>& codes) const;  // "919 Hertfordshire, 926 Norfolk and 150 more"
  std::vector<int> live_codes() const;                      // ascending
  // What somebody may have meant who names an authority that there is not; never empty.
  std::string near(const std::string& text) const;
  std::string allowed() const;  // for messages
};

struct AuthorityChoice {
  KnownAuthorities known;
  std::string file;            // the file with the key "authorities"; empty: none has it
  std::vector<int> own;        // that the scenario's files choose, whatever the command line says
  std::vector<int> simulated;  // ascending, as the others
  std::vector<int> may_adopt;  // those simulated, and those of "also_adopt"

  // The command line simulates others than the scenario's own choice.
  bool is_part() const { return simulated != own; }
  std::vector<int> others_than_simulated(const std::vector<int>& codes) const;
};

// Restricting who is simulated restricts who adopts, unless the scenario or the command line says that others
// adopt too.
AuthorityChoice read_authorities(const Cursor& root, KnownAuthorities known,
                                 const ScenarioOverrides& overrides, LoadContext& context);

// A code, ONS code or name as text, a code as a number, {"region": ...}, a list of these, or "all". Nothing
// where it is wrong, after reporting it.
std::optional<Selection> read_selection(const Cursor& at, const KnownAuthorities& known, Checker& checker);
// As read_selection, but at least one.
std::optional<Selection> read_some(const Cursor& at, const KnownAuthorities& known, Checker& checker);

// Authorities named one by one in the file that chooses what is simulated must be simulated.
// `may_be_elsewhere`: those of the key "also_adopt" will do.
void require_simulated(const Cursor& at, const Selection& selection, const AuthorityChoice& choice,
                       Checker& checker, bool may_be_elsewhere = false);

}  // namespace hearth
