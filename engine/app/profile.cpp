#include "app/profile.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>
#include <system_error>
#include <utility>

#include "app/build_identity.hpp"
#include "app/project.hpp"
#include "core/error.hpp"
#include "core/nearest.hpp"
#include "core/text.hpp"
#include "core/write_file.hpp"
#include "published/authorities.hpp"
#include "published/history.hpp"
#include "returns/soundness.hpp"

namespace hearth {
namespace fs = std::filesystem;

using namespace returns;

namespace {

// ---- The folder that is written ----

constexpr std::array<const char*, 4> kFiles = {"profile.json", "profile.csv", "observed.csv", "problems.csv"};

// A folder that holds a profile and nothing else.
bool is_profile_folder(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder))
    if (std::ranges::find(kFiles, entry.path().filename().string()) == kFiles.end()) return false;
  std::ifstream stream(folder / "profile.json");
  const auto json = nlohmann::json::parse(stream, nullptr, false);
  return json.is_object() && json.contains("format") && json["format"] == kProfileFormat;
}

void require_replaceable(const fs::path& folder) {
  std::error_code error;
  const auto status = fs::status(folder, error);
  if (!fs::exists(status)) {
    // The folder itself is made, and no more.
    const fs::path parent = folder.has_parent_path() ? folder.parent_path() : fs::path(".");
    if (fs::is_directory(parent, error)) return;
    throw DataError(fmt::format("cannot write {}: there is no folder {}; make it, or choose another with -o",
                                folder.string(), parent.string()));
  }
  if (!fs::is_directory(status))
    throw DataError(fmt::format("cannot write {}: it is a file; name a folder with -o", folder.string()));
  if (fs::is_empty(folder) || is_profile_folder(folder)) return;
  throw DataError(
      fmt::format("cannot write {}: this folder holds something else than a profile, and nothing in it is "
                  "overwritten; choose "
                  "another with -o",
                  folder.string()));
}

// Puts `made` in the place of `folder`, at one stroke where the file system can.
void replace_folder(const fs::path& made, const fs::path& folder) {
  if (!fs::exists(folder)) {
    fs::rename(made, folder);
    return;
  }
  if (renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, folder.c_str(), RENAME_EXCHANGE) == 0) {
    fs::remove_all(made);
    return;
  }
  fs::path old = made;
  old += ".old";
  fs::rename(folder, old);
  fs::rename(made, folder);
  fs::remove_all(old);
}

// "profile/" means the folder, not a nameless file in it.
fs::path named_folder(const ProfileRequest& request) {
  if (request.output.empty()) {
    const fs::path outputs = project_outputs(fs::current_path());
    return outputs.empty() ? fs::path("profile") : fs::proximate(outputs / "profile");
  }
  const fs::path folder = request.output.lexically_normal();
  return folder.has_filename() ? folder : folder.parent_path();
}

// ---- The authority ----

using Identities = std::vector<AuthorityIdentity>;

const AuthorityIdentity& identify(const Identities& all, const std::string& text) {
  if (const auto* const found = find_authority(all, text, last_year(all))) return *found;
  std::vector<std::string> names;
  for (const auto& authority : all)
    names.insert(names.end(), {std::to_string(authority.code), authority.name});
  throw UsageError(with_suggestion(
      fmt::format("--authority: there is no authority {}; give its code (305) or name (Bromley)", text), text,
      names));
}

// Which of the authorities in the files is read, and the note that says so.
struct Chosen {
  std::string label;  // as the files say; empty: they say none
  std::string note;
};

// `labels`: the authorities in the files, by their names where they are known.
Chosen choose_authority(const std::vector<std::string>& labels, const std::string& wanted,
                        const Identities& all) {
  const auto known = [&](const std::string& text) { return find_authority(all, text, last_year(all)); };
  const auto list = [&] {
    constexpr std::size_t kShown = 10;
    const std::vector<std::string> first(
        labels.begin(), labels.begin() + static_cast<std::ptrdiff_t>(std::min(kShown, labels.size())));
    return fmt::format("{}{}", fmt::join(first, ", "),
                       labels.size() > kShown ? fmt::format(" and {} more", labels.size() - kShown) : "");
  };
  if (labels.empty()) return {};
  if (!wanted.empty()) {
    const auto* const authority = known(wanted);
    const std::string name = lower_case(authority == nullptr ? wanted : authority->name);
    const auto found =
        std::ranges::find_if(labels, [&](const std::string& label) { return lower_case(label) == name; });
    if (found != labels.end()) return {*found, ""};
    if (labels.size() > 1 || known(labels.front()) != nullptr)
      throw UsageError(with_suggestion(
          fmt::format("--authority: the returns are of {}, not of {}", list(), wanted), wanted, labels));
    return {labels.front(),
            fmt::format("the returns call their authority {}; taken as {}, as --authority says",
                        labels.front(), authority == nullptr ? wanted : authority->name)};
  }
  if (labels.size() > 1)
    throw DataError(fmt::format(
        "the returns are of {} authorities, which are not counted together: {}. Choose one, for example "
        "--authority \"{}\", and profile each into a folder of its own (-o)",
        labels.size(), list(), labels.front()));
  return {labels.front(), fmt::format("the returns are of {}, as they say themselves", labels.front())};
}

}  // namespace

void write_profile(const fs::path& folder, const ReadReturns& read) {
  fs::path made = folder;
  made += fmt::format(".{}.tmp", getpid());
  fs::remove_all(made);
  fs::create_directory(made);
  try {
    write_text(made / "profile.json", profile_json(read.profile, read.ledger, read.header));
    write_text(made / "profile.csv", profile_csv(read.profile));
    write_text(made / "observed.csv", observed_csv(read.profile, read.header));
    write_text(made / "problems.csv", problems_csv(read.ledger, read.found));
    replace_folder(made, folder);
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(made, ignored);
    throw;
  }
}

fs::path profile_folder(const ProfileRequest& request) {
  const fs::path folder = named_folder(request);
  require_replaceable(folder);
  return folder;
}

std::map<int, PublishedYear> published_counts(const std::string& code) {
  std::map<int, PublishedYear> figures;
  if (code.empty()) return figures;
  const History history(find_england_tables() / "history.csv");
  for (const auto& [authority, year] : history.rows()) {
    if (std::to_string(authority) != code) continue;
    PublishedYear& row = figures[year];
    for (std::size_t i = 0; i < kPublishedCounts.size(); ++i)
      if (const double value = history.value(authority, year, kPublishedCounts[i].second); !std::isnan(value))
        row[i] = value;
  }
  return figures;
}

ReadReturns read_returns(const ProfileRequest& request) {
  ReadReturns read;
  const Identities identities = load_authority_identities(find_england_tables());
  const KnownAuthority known = [&](std::string_view text) {
    const auto* const found = find_authority(identities, text, last_year(identities));
    return found == nullptr ? std::string() : found->name;
  };
  // Numbers in paths are seldom codes of authorities.
  const auto names_authority = [&](std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return c >= '0' && c <= '9'; }) && !known(text).empty();
  };
  read.header.hearth_version = build_value("hearth");
  read.header.small_counts_shown = request.show_small_counts;

  read.found = find_returns(request.returns, names_authority);
  const std::string wanted = without_invisible(request.authority);
  const Chosen chosen = choose_authority(authorities_of(read.found, known), wanted, identities);
  const std::string& named = wanted.empty() ? chosen.label : wanted;
  if (!chosen.label.empty() && known(named).empty()) {
    read.header.authority_name = named;
  } else if (!named.empty()) {
    const AuthorityIdentity& authority = identify(identities, named);
    read.header.authority_code = std::to_string(authority.code);
    read.header.authority_name = authority.name;
  }
  Rows rows = read_rows(read.found, read.ledger, chosen.label, known);
  if (!chosen.note.empty()) read.notes.push_back(chosen.note);
  read.notes.insert(read.notes.end(), rows.notes.begin(), rows.notes.end());
  require_readable(read.ledger, read.found);
  read.warnings = check_continuity(rows);
  const WeeklyCosts costs = rows.costs;
  const Histories histories = build_histories(std::move(rows), read.ledger);
  require_readable(read.ledger, read.found);
  read.profile = build_profile(histories, costs);
  if (!request.show_small_counts) read.hidden = hide_small_counts(read.profile);

  return read;
}

}  // namespace hearth
