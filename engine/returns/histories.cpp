#include "returns/histories.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace hearth::returns {
namespace {

using std::chrono::days;

// Open episodes last longest.
bool lasts_longer(const EpisodeRow& a, const EpisodeRow& b) {
  if (!a.end || !b.end) return !a.end && b.end;
  return *a.end > *b.end;
}

bool same_content(const EpisodeRow& a, const EpisodeRow& b) {
  const auto content = [](const EpisodeRow& row) {
    return std::tuple(row.end, row.new_episode, row.end_code, row.place, row.provider, row.legal_status,
                      row.short_break);
  };
  return content(a) == content(b);
}

// Keeps one row a child (the latest return's) and counts the others. Rows come by file and line. `merged`:
// years whose returns are in one table, so that a row in it twice is of two returns.
template <typename Row, typename Differs>
std::vector<Row> latest_of_each_child(std::vector<Row> rows, FileKind kind, const std::set<int>& merged,
                                      Ledger& ledger, const Differs& note_difference) {
  std::ranges::stable_sort(rows, {}, [](const Row& row) { return std::pair(row.child, row.year); });
  std::vector<Row> kept;
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    if (kept.empty() || kept.back().child != row->child) {
      kept.push_back(*row);
      continue;
    }
    note_difference(*row, kept.back());
    const bool again_in_return =
        row->year == kept.back().year || (row != rows.rbegin() && std::prev(row)->year == row->year);
    const bool twice = again_in_return && !merged.contains(row->year);
    ledger.note(kind, row->at, twice ? Rule::kDuplicate : Rule::kSuperseded, "CHILD");
  }
  return kept;
}

class Builder {
 public:
  Builder(Rows rows, Ledger& ledger) : rows_(std::move(rows)), ledger_(ledger) {}

  Histories build() {
    out_.years = rows_.years;
    read_children();
    keep_latest_episodes();
    for (auto first = rows_.episodes.begin(); first != rows_.episodes.end();) {
      const auto last = std::find_if(first, rows_.episodes.end(),
                                     [&](const EpisodeRow& row) { return row.child != first->child; });
      add_child({std::make_move_iterator(first), std::make_move_iterator(last)});
      first = last;
    }
    account_for_children();
    ledger_.used(FileKind::kEpisodes, out_.episodes.size());
    return std::move(out_);
  }

 private:
  void note(const EpisodeRow& row, Rule rule, std::string_view column, std::string found = {}) {
    ledger_.note(FileKind::kEpisodes, row.at, rule, column, std::move(found));
  }
  Child& child_of(const EpisodeRow& row) { return out_.children[row.child]; }

  // ---- Children ----

  void read_children() {
    rows_.headers =
        latest_of_each_child(std::move(rows_.headers), FileKind::kHeader, rows_.merged_years, ledger_,
                             [&](const HeaderRow& row, const HeaderRow& kept) {
                               if (row.born != kept.born)
                                 ledger_.note(FileKind::kHeader, row.at, Rule::kDateOfBirthChanged, "DOB");
                             });
    rows_.unaccompanied = latest_of_each_child(std::move(rows_.unaccompanied), FileKind::kUnaccompanied,
                                               rows_.merged_years, ledger_, [](const auto&, const auto&) {});
    out_.children.resize(rows_.children);
    known_.assign(rows_.children, false);
    has_episodes_.assign(rows_.children, false);
    for (const auto& row : rows_.unaccompanied) {
      auto& child = out_.children[row.child];
      child.unaccompanied = true;
      child.unaccompanied_until = row.ended;
      if (row.born) set_born(row.child, *row.born);
    }
    for (const auto& row : rows_.headers) set_born(row.child, row.born);
  }

  void set_born(std::uint32_t child, Day born) {
    out_.children[child].born = born;
    known_[child] = true;
  }

  void account_for_children() {
    const auto account = [&](const auto& rows, FileKind kind) {
      for (const auto& row : rows)
        if (has_episodes_[row.child])
          ledger_.used(kind);
        else
          ledger_.note(kind, row.at, Rule::kNoEpisodes);
    };
    account(rows_.headers, FileKind::kHeader);
    account(rows_.unaccompanied, FileKind::kUnaccompanied);
  }

  // ---- One row an episode ----

  // An episode is known by its child and start; a short break is no version of an episode of care. Of one
  // return the row that lasts longest is kept, then of all returns the latest.
  void keep_latest_episodes() {
    auto& rows = rows_.episodes;
    const auto key = [](const EpisodeRow& row) { return std::tuple(row.child, row.short_break, row.start); };
    std::ranges::stable_sort(rows, {}, [&](const EpisodeRow& row) { return std::pair(key(row), row.year); });
    std::vector<EpisodeRow> kept;
    for (auto& row : rows) {
      const bool repeats = !kept.empty() && key(kept.back()) == key(row);
      if (!repeats) {
        kept.push_back(std::move(row));
        continue;
      }
      EpisodeRow& other = kept.back();
      if (other.year < row.year) {
        note(other, Rule::kSuperseded, {});
        other = std::move(row);
      } else if (same_content(other, row)) {
        note(row, Rule::kDuplicate, "DECOM", date_text(row.start));
      } else {
        if (!lasts_longer(other, row)) std::swap(other, row);
        note(row, Rule::kSameStart, "DECOM", date_text(row.start));
      }
    }
    rows = std::move(kept);
  }

  // ---- One child ----

  // Short breaks are no care, and change nothing in it; they may be what came before or after.
  void add_child(std::vector<EpisodeRow> rows) {
    std::vector<EpisodeRow> episodes;
    short_breaks_.clear();
    for (auto& row : rows) {
      if (!possible(row)) continue;
      if (!row.short_break) {
        episodes.push_back(std::move(row));
        continue;
      }
      note(row, Rule::kShortBreak, "LS");
      has_episodes_[row.child] = true;
      short_breaks_.push_back(std::move(row));
    }
    drop_those_inside_open(episodes);
    end_where_returns_stop(episodes);
    cut_overlaps(episodes);
    for (auto& row : episodes) end_at_18(row);
    join(episodes);
  }

  bool possible(const EpisodeRow& row) {
    const auto drop = [&](Rule rule, std::string_view column, std::string found) {
      note(row, rule, column, std::move(found));
      return false;
    };
    if (!known_[row.child]) return drop(Rule::kNoHeader, "CHILD", {});
    if (row.start < child_of(row).born) return drop(Rule::kBornAfterStart, "DECOM", date_text(row.start));
    if (row.start >= birthday(child_of(row).born, 18))
      return drop(Rule::kAdultAtStart, "DECOM", date_text(row.start));
    return true;
  }

  // An open episode goes on, whatever ended while it did: only another open one, or one that leads to such in
  // steps without a gap, is a reason to think that its end was forgotten.
  void drop_those_inside_open(std::vector<EpisodeRow>& episodes) {
    const auto leads_on = [&](std::size_t i) {
      while (episodes[i].end && i + 1 < episodes.size() && episodes[i + 1].start == *episodes[i].end) ++i;
      return !episodes[i].end;
    };
    std::vector<EpisodeRow> kept;
    for (std::size_t i = 0; i < episodes.size(); ++i) {
      EpisodeRow& row = episodes[i];
      const bool in_open = !kept.empty() && !kept.back().end && kept.back().year >= row.year;
      if (in_open && !leads_on(i))
        note(row, Rule::kInsideAnother, "DECOM", date_text(row.start));
      else
        kept.push_back(row);
    }
    episodes = std::move(kept);
  }

  // Whether the return of the year has a row that cannot be read and may be this one.
  bool unreadable_in(int year, const EpisodeRow& row) const {
    return std::ranges::any_of(rows_.unreadable, [&](const UnreadableRow& other) {
      return other.year == year && (other.child ? other.child == row.child : other.start == row.start);
    });
  }

  // An open episode should be in every later return until it ends. Where it is not, it has ended unseen; but
  // not where it may be there and cannot be read.
  void end_where_returns_stop(std::vector<EpisodeRow>& episodes) {
    for (std::size_t i = 0; i < episodes.size(); ++i) {
      EpisodeRow& row = episodes[i];
      const EpisodeRow* const next = i + 1 < episodes.size() ? &episodes[i + 1] : nullptr;
      if (row.end || (next != nullptr && next->year == row.year)) continue;
      int year = row.year;  // of the last return in which it is
      const auto next_return = [&] { return std::ranges::upper_bound(rows_.years, year); };
      const auto in_next = [&] { return next != nullptr && next->year == *next_return(); };
      while (next_return() != rows_.years.end() && !in_next() && unreadable_in(*next_return(), row))
        year = *next_return();
      if (year != row.year) note(row, Rule::kUnreadableLater, "DEC");
      if (next_return() == rows_.years.end()) continue;
      note(row, Rule::kMissingLater, "DEC");
      const bool goes_on = in_next() && next->new_episode != 'S';
      row.end = goes_on ? next->start : year_end(year) + days{1};
      row.ended_unseen = !goes_on;
      if (goes_on) row.end_code = "X1";
    }
  }

  void cut_overlaps(std::vector<EpisodeRow>& episodes) {
    std::vector<EpisodeRow> clean;
    for (auto& row : episodes) {
      if (!clean.empty()) {
        EpisodeRow& before = clean.back();
        if (before.end && row.end && *row.end <= *before.end && row.start < *before.end) {
          note(row, Rule::kInsideAnother, "DECOM", date_text(row.start));
          continue;
        }
        if (!before.end || row.start < *before.end) {
          note(before, Rule::kOverlap, "DEC", before.end ? date_text(*before.end) : std::string());
          before.end = row.start;
          before.end_code = "X1";
          if (row.new_episode == 'S') row.new_episode = '\0';
        }
      }
      clean.push_back(std::move(row));
    }
    episodes = std::move(clean);
  }

  void end_at_18(EpisodeRow& row) {
    const Day adult = birthday(child_of(row).born, 18);
    const Day last_day = year_end(rows_.years.back());
    if (row.end ? *row.end <= adult : adult > last_day) return;
    note(row, Rule::kPast18, "DEC", row.end ? date_text(*row.end) : std::string());
    row.end = adult;
    if (row.end_code == "X1") row.end_code.clear();
  }

  // ---- Periods ----

  // Whether the child stays looked after from one episode into the next. Notes what does not fit.
  bool goes_on(EpisodeRow& row, const EpisodeRow& next) {
    const bool stays = row.end_code == "X1";
    const bool leaves = !stays && !row.end_code.empty();
    const bool again = next.new_episode == 'S';
    const bool continues = next.new_episode != '\0' && !again;
    if (next.start == *row.end) {
      if (stays ? again : leaves && continues) {
        note(row, Rule::kEndedAndContinued, "REC", row.end_code);
        return true;
      }
      return stays || (!leaves && !again);
    }
    // Days in between, which a code before or after them denies; not those of a short break.
    if (row.ended_unseen || short_break_from(*row.end) || short_break_to(next.start)) return false;
    if (!stays && (leaves || !continues)) return false;
    note(row, Rule::kGap, "DEC", date_text(*row.end));
    if (again || whole_return_between(*row.end, next.start)) return false;
    row.end = next.start;
    return true;
  }

  // Whether there is a return of a year that lies between the two days: the child is not in it.
  bool whole_return_between(Day end, Day start) const {
    return std::ranges::any_of(rows_.years,
                               [&](int year) { return end <= year_end(year - 1) && start > year_end(year); });
  }

  // Whether a short break follows on from care that ends on the day; whether one leads to care that starts on
  // it.
  bool short_break_from(Day day) const {
    return std::ranges::any_of(short_breaks_, [&](const EpisodeRow& other) { return other.start == day; });
  }
  bool short_break_to(Day day) const {
    return std::ranges::any_of(short_breaks_, [&](const EpisodeRow& other) { return other.end == day; });
  }

  void join(std::vector<EpisodeRow>& episodes) {
    bool going_on = false;         // the one before goes on into this
    bool break_explained = false;  // a note was made of why care starts with an episode that says it went on
    for (std::size_t i = 0; i < episodes.size(); ++i) {
      EpisodeRow& row = episodes[i];
      has_episodes_[row.child] = true;
      const bool last = i + 1 == episodes.size();
      const bool goes = !last && row.end && goes_on(row, episodes[i + 1]);
      const bool stays = row.end_code == "X1";
      if (last && stays && !short_break_from(*row.end)) note(row, Rule::kNothingAfter, "REC", "X1");
      if (!going_on) start_period(row, break_explained || short_break_to(row.start));
      Period& period = out_.periods.back();
      ++period.count;
      period.end = row.end;
      period.end_code = goes ? std::string() : row.end_code;
      if (row.end) period.reason = reason_of(row, goes);
      out_.episodes.push_back(row);
      break_explained = stays && !goes;
      going_on = goes;
    }
  }

  void start_period(const EpisodeRow& row, bool explained) {
    Period period;
    period.child = row.child;
    period.start = row.start;
    period.first = out_.episodes.size();
    const bool in_returns = out_.has_year(return_year(row.start));
    period.start_known = row.new_episode == 'S' || in_returns;
    const bool says_it_went_on = row.new_episode != 'S' && row.new_episode != '\0';
    if (says_it_went_on && in_returns && !explained) note(row, Rule::kNoStart, "RNE", {row.new_episode});
    out_.periods.push_back(period);
  }

  // Statistics of reasons are of the last episode; from the 18th birthday nobody can be looked after.
  ExitReason reason_of(const EpisodeRow& row, bool goes) {
    if (goes) return ExitReason::kOther;
    const ExitReason reason = exit_reason(row.end_code).value_or(ExitReason::kOther);
    const bool for_good = reason == ExitReason::kAdopted || reason == ExitReason::kGuardianship;
    return !for_good && *row.end >= birthday(child_of(row).born, 18) ? ExitReason::kTurned18 : reason;
  }

  Rows rows_;
  Ledger& ledger_;
  Histories out_;
  std::vector<bool> known_;  // has a date of birth
  std::vector<bool> has_episodes_;
  std::vector<EpisodeRow> short_breaks_;  // of the child
};

}  // namespace

bool Histories::has_year(int year) const {
  return std::ranges::binary_search(years, year);
}

Histories build_histories(Rows rows, Ledger& ledger) {
  return Builder(std::move(rows), ledger).build();
}

}  // namespace hearth::returns
