#include "results/file/result_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <system_error>

#include "core/error.hpp"
#include "core/write_file.hpp"
#include "results/content/description.hpp"
#include "results/file/hdf5.hpp"
#include "results/file/journal.hpp"
#include "results/file/layout.hpp"
#include "results/file/promise.hpp"
#include "results/file/variables.hpp"

namespace hearth {
namespace {

using hdf5::attempt;
using Path = std::filesystem::path;

const H5::PredType& memory_type(std::span<const std::int32_t>) {
  return H5::PredType::NATIVE_INT32;
}
const H5::PredType& memory_type(std::span<const float>) {
  return H5::PredType::NATIVE_FLOAT;
}
const H5::PredType& memory_type(std::span<const double>) {
  return H5::PredType::NATIVE_DOUBLE;
}

// Whether each replicate of a part is whole, from the record of a checkpoint: blocks by part, arm and
// replicate.
std::vector<bool> whole_replicates(const std::string& record, std::size_t part, std::size_t arms,
                                   std::size_t replicates) {
  std::vector<bool> out(replicates, true);
  for (std::size_t arm = 0; arm < arms; ++arm)
    for (std::size_t r = 0; r < replicates; ++r)
      if (record.at((part * arms + arm) * replicates + r) != '1') out[r] = false;
  return out;
}

}  // namespace

struct ResultWriter::Impl {
  Path file;
  Path temporary;
  std::optional<WriteLock> lock;
  std::optional<Journal> journal;
  std::optional<hdf5::Journalled> journalled;
  bool worth_keeping = false;  // the last checkpoint has whole replicates
  bool committed = false;
  ResultHeader header;
  std::vector<ResultPart> parts;  // of a virtual result
  H5::H5File hdf5_file;
  H5::Group provenance;
  std::vector<H5::DataSet> variables;  // of result_variables()
  std::vector<bool> written;           // by arm and replicate: of the whole, then of each source alone

  std::size_t authorities() const { return header.authorities.size(); }
  std::size_t steps() const { return static_cast<std::size_t>(header.steps()); }
  std::size_t replicates() const { return static_cast<std::size_t>(header.replicates); }

  // Runs a piece of writing; a failure names the file and keeps nothing half done.
  void guarded(const std::function<void()>& write) const {
    const hdf5::QuietErrors quiet;
    hdf5::begin_writes();
    try {
      attempt("writing", write);
      hdf5::check_writes();
    } catch (const hdf5::Failure& failure) {
      throw DataError(fmt::format("cannot write {}: {}", file.string(), failure.what()));
    } catch (const std::system_error& error) {
      throw DataError(fmt::format("cannot write {}: {}", file.string(), error.what()));
    }
  }

  // Closes without writing any more. What the last checkpoint made safe is left, if it is worth it.
  void give_up() noexcept {
    const hdf5::QuietErrors quiet;
    const hdf5::GivingUp giving_up;
    try {
      variables.clear();
      provenance = H5::Group();
      hdf5_file = H5::H5File();
    } catch (const H5::Exception&) {
      // It closes with the program.
    }
    if (worth_keeping) return;
    if (journal) journal->remove();
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
  }

  // The sole right to FILE.partial.
  void take_partial() {
    temporary = partial_name(file);
    try {
      lock.emplace(temporary);
    } catch (const std::system_error& error) {
      if (error.code() == std::errc::operation_would_block)
        throw DataError(
            fmt::format("cannot write {}: another run is writing it now; wait until it ends, or choose "
                        "another file",
                        file.string()));
      throw DataError(fmt::format("cannot write {}: {}", file.string(), error.code().message()));
    }
  }

  void create() {
    guarded([this] {
      hdf5_file = hdf5::create_file(temporary);
      layout::write_attributes(hdf5_file, result_attributes(header));
      write_variables();
      provenance = layout::write_provenance(hdf5_file, header);
    });
  }

  // Goes on with FILE.partial; false where there is none.
  bool reopen() {
    std::optional<std::string> record;
    worth_keeping = true;  // what is there is not ours to throw away
    guarded([&] { record = Journal::put_back(temporary); });
    if (!record) {
      worth_keeping = false;
      return false;
    }
    const ResultHeader older = ResultReader(temporary, Accept::kOwn).header();
    const auto range_of = [](const ResultHeader& of) {
      return fmt::format("replicates {} to {}", of.first_replicate, of.first_replicate + of.replicates - 1);
    };
    auto difference = difference_of_runs(older, header);
    if (!difference && range_of(older) != range_of(header))
      difference = fmt::format("it holds {}, now {} are asked for", range_of(older), range_of(header));
    if (!difference && record->size() != written.size()) difference = "it holds other blocks";
    if (difference)
      throw DataError(
          fmt::format("cannot resume {}: it is of another run: {}; give the same options as then, or "
                      "start again without --resume",
                      temporary.string(), *difference));
    // A replicate that is not whole is run, and so written, again.
    for (std::size_t part = 0; part <= header.split.size(); ++part) {
      const std::vector<bool> whole = whole_replicates(*record, part, header.arms.size(), replicates());
      for (std::size_t arm = 0; arm < header.arms.size(); ++arm)
        for (std::size_t r = 0; r < replicates(); ++r) written[block_number(part, arm, r)] = whole[r];
    }
    guarded([&] {
      journal.emplace(temporary);
      journal->checkpoint(*record);
      hdf5_file = hdf5::open_to_write(temporary);
      journalled.emplace(hdf5_file, *journal);
      open_variables();
    });
    return true;
  }

  void start_journal() {
    guarded([this] {
      journal.emplace(temporary);
      journalled.emplace(hdf5_file, *journal);
    });
  }

  void open_variables() {
    for (const VariableDescription& each : result_variables(header))
      variables.push_back(
          attempt("opening variable " + each.name, [&] { return hdf5_file.openDataSet(each.name); }));
    provenance = attempt("opening group provenance", [&] { return hdf5_file.openGroup("provenance"); });
  }

  // Makes a variable shorter in the dimension of replicates.
  void shorten(const H5::DataSet& dataset, std::size_t dimension) const {
    const H5::DataSpace space = dataset.getSpace();
    std::vector<hsize_t> extent(static_cast<std::size_t>(space.getSimpleExtentNdims()));
    space.getSimpleExtentDims(extent.data());
    extent.at(dimension) = replicates();
    hdf5::checked(H5Dset_extent(dataset.getId(), extent.data()));
  }

  void shorten_all() {
    attempt("making variables shorter", [this] {
      shorten(hdf5_file.openDataSet("replicate"), 0);
      for (const H5::DataSet& each : variables) shorten(each, 1);
      provenance.unlink("scenario");
    });
    hdf5::write_text(provenance, "scenario", header.scenario_json);
  }

  // Which blocks are written: what the journal keeps beside the state of the file.
  std::string record() const {
    std::string out;
    for (const bool block : written) out += block ? '1' : '0';
    return out;
  }

  void write_variables() {
    const layout::Scales scales = layout::write_coordinates(hdf5_file, result_coordinates(header),
                                                            header.may_end_early ? "replicate" : "");
    for (const VariableDescription& each : result_variables(header)) {
      H5::DSetCreatPropList properties = hdf5::variable_properties();
      if (parts.empty())
        layout::lay_in_chunks(properties, each, layout::extent_of(each, scales), header.compression);
      else
        attempt("making variable " + each.name,
                [&] { point_to_parts(properties, layout::extent_of(each, scales), each); });
      variables.push_back(layout::make_variable(hdf5_file, each, scales, properties));
    }
  }

  // A variable whose replicates are those of the parts. A part that is lost reads as what no result holds.
  void point_to_parts(H5::DSetCreatPropList& properties, std::vector<hsize_t> extent,
                      const VariableDescription& variable) const {
    constexpr std::int32_t kNoCount = -1;
    constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
    if (variable.type == NumberType::kInt32)
      properties.setFillValue(H5::PredType::NATIVE_INT32, &kNoCount);
    else
      properties.setFillValue(H5::PredType::NATIVE_DOUBLE, &kNoNumber);
    const int rank = static_cast<int>(extent.size());
    const H5::DataSpace all(rank, extent.data());
    for (const ResultPart& part : parts) {
      std::vector<hsize_t> start(extent.size(), 0);
      start[1] = static_cast<hsize_t>(part.first_replicate - header.first_replicate);
      extent[1] = static_cast<hsize_t>(part.replicates);
      all.selectHyperslab(H5S_SELECT_SET, extent.data(), start.data());
      properties.setVirtual(all, part.file.string(), variable.name, H5::DataSpace(rank, extent.data()));
    }
  }

  void write_block(std::optional<std::size_t> source, std::size_t arm, std::size_t replicate,
                   const std::vector<AuthoritySeries>& series) {
    attempt(fmt::format("writing arm {}, replicate {}", arm, replicate), [&] {
      for_each_plane(header, source, series, [&](const ResultPlane& plane) {
        const H5::DataSet& dataset = variables[plane.variable];
        const layout::Cells cells =
            layout::plane(dataset, arm, replicate, plane.categories, authorities(), steps());
        std::visit(
            [&](const auto numbers) {
              dataset.write(numbers.data(), memory_type(numbers), cells.memory, cells.file);
            },
            plane.numbers);
      });
    });
  }

  // Copies planes as they are: of `count` replicates of a part, the first of which is `to` here. Numbers go
  // through the widest type unchanged.
  void copy_planes(const ResultReader& part, std::size_t which, std::size_t arm, ReplicateRange replicates,
                   const std::vector<std::size_t>& categories, std::size_t to, std::vector<double>& values) {
    part.planes(which, arm, replicates, categories, values);
    attempt("writing", [&] {
      const layout::Cells cells =
          layout::plane(variables[which], arm, to, categories, authorities(), steps(), replicates.count);
      variables[which].write(values.data(), H5::PredType::NATIVE_DOUBLE, cells.memory, cells.file);
    });
  }

  // All replicates of a part; the first is `to` here.
  void copy_all(const ResultReader& part, std::size_t to) {
    constexpr std::size_t kBytesAtOnce = 4 << 20;
    const auto all = static_cast<std::size_t>(part.header().replicates);
    const std::size_t at_once =
        std::clamp<std::size_t>(kBytesAtOnce / (authorities() * steps() * sizeof(double)), 1, all);
    std::vector<double> values;
    const auto copy = [&](std::size_t which, const std::vector<std::size_t>& categories) {
      for (std::size_t arm = 0; arm < header.arms.size(); ++arm)
        for (std::size_t first = 0; first < all; first += at_once)
          copy_planes(part, which, arm, {first, std::min(at_once, all - first)}, categories, to + first,
                      values);
    };
    for (const MeasureInfo& info : kMeasureTable)
      for (std::size_t category = 0; category < size_of(info.dimension); ++category)
        copy(index(info.id), position_of(info, category));
    for (const CostLine& line : kCostLines) copy(kCostVariable, {index(line.payer), index(line.category)});
    for (std::size_t source = 0; source < header.split.size(); ++source)
      for (std::size_t i = 0; i <= kSplitMeasures.size(); ++i) copy(kFirstVariableAlone + i, {source});
  }

  std::size_t block_number(std::size_t part, std::size_t arm, std::size_t position) const {
    return (part * header.arms.size() + arm) * replicates() + position;
  }
  // Of a replicate in this file, by its number in the run.
  std::size_t position(std::size_t replicate) const {
    return replicate -
           static_cast<std::size_t>(header.first_replicate);  // far out of range where it is below
  }

  // That the block is one of the header's, and not yet written. `part`: 0 the whole, 1 + i the i-th source.
  std::size_t new_block(std::size_t part, std::size_t arm, std::size_t replicate,
                        const std::vector<AuthoritySeries>& series) const {
    if (part > header.split.size() || arm >= header.arms.size() || position(replicate) >= replicates())
      throw InternalError(fmt::format("the result has no arm {}, replicate {}", arm, replicate));
    if (series.size() != authorities() ||
        std::ranges::any_of(series, [this](const auto& s) { return s.months() != steps(); }))
      throw InternalError("a block of results has other authorities or months than its file");
    const std::size_t block = block_number(part, arm, position(replicate));
    if (written.at(block))
      throw InternalError(fmt::format("arm {}, replicate {} was written twice", arm, replicate));
    return block;
  }
};

std::filesystem::path partial_name(const std::filesystem::path& file) {
  std::filesystem::path out = file;
  return out += ".partial";
}

namespace {

// Whatever is written can be read again.
void check_header(const std::filesystem::path& file, const ResultHeader& header) {
  if (header.arms.empty() || header.baseline >= header.arms.size() || header.replicates < 1 ||
      header.first_replicate < 0 || header.step_months < 1 || header.months < 1 || header.authorities.empty())
    throw InternalError("a result needs arms, a baseline among them, replicates, months and authorities");
  if (const std::string problem = promise::problem_of(header); !problem.empty())
    throw DataError(fmt::format("cannot write {}: {}", file.string(), problem));
}

}  // namespace

ResultWriter::ResultWriter(const std::filesystem::path& file, const ResultHeader& header,
                           Unfinished unfinished)
    : impl_(std::make_unique<Impl>()) {
  check_header(file, header);
  hdf5::check_place(file);
  impl_->file = file;
  std::error_code ignored;
  if (unfinished == Unfinished::kResume && !std::filesystem::exists(partial_name(file), ignored)) {
    // A journal without its file must not be taken for that of the file to be made.
    std::filesystem::remove(Journal::name(partial_name(file)), ignored);
    unfinished = Unfinished::kKeep;
  }
  impl_->header = header;
  impl_->written.assign((1 + header.split.size()) * header.arms.size() * impl_->replicates(), false);
  if (unfinished == Unfinished::kDiscard)
    impl_->temporary = temporary_name(file);
  else
    impl_->take_partial();
  try {
    if (unfinished == Unfinished::kResume && impl_->reopen()) return;
    if (unfinished != Unfinished::kDiscard) Journal(impl_->temporary).remove();
    impl_->create();
    if (unfinished != Unfinished::kDiscard) impl_->start_journal();
  } catch (...) {
    impl_->give_up();
    throw;
  }
}

ResultWriter::ResultWriter(const std::filesystem::path& file, const ResultHeader& header,
                           const std::vector<ResultPart>& parts)
    : impl_(std::make_unique<Impl>()) {
  check_header(file, header);
  hdf5::check_place(file);
  impl_->file = file;
  impl_->header = header;
  impl_->parts = parts;
  impl_->temporary = temporary_name(file);
  try {
    impl_->create();
  } catch (...) {
    impl_->give_up();
    throw;
  }
}

ResultWriter::~ResultWriter() {
  if (!impl_->committed) impl_->give_up();
}

void ResultWriter::write(std::size_t arm, std::size_t replicate, const std::vector<AuthoritySeries>& series) {
  const std::size_t block = impl_->new_block(0, arm, replicate, series);
  impl_->guarded([&] { impl_->write_block({}, arm, impl_->position(replicate), series); });
  impl_->written.at(block) = true;
}

void ResultWriter::write_alone(std::size_t source, std::size_t arm, std::size_t replicate,
                               const std::vector<AuthoritySeries>& series) {
  const std::size_t block = impl_->new_block(1 + source, arm, replicate, series);
  impl_->guarded([&] { impl_->write_block(source, arm, impl_->position(replicate), series); });
  impl_->written.at(block) = true;
}

void ResultWriter::copy(const std::filesystem::path& file) {
  const ResultReader part(file);
  const std::size_t to = impl_->position(static_cast<std::size_t>(part.header().first_replicate));
  const auto all = static_cast<std::size_t>(part.header().replicates);
  if (to >= impl_->replicates() || all > impl_->replicates() - to)
    throw InternalError("a part has replicates that its whole does not have");
  impl_->guarded([&] { impl_->copy_all(part, to); });
  for (std::size_t of = 0; of <= impl_->header.split.size(); ++of)
    for (std::size_t arm = 0; arm < impl_->header.arms.size(); ++arm)
      for (std::size_t r = 0; r < all; ++r) impl_->written.at(impl_->block_number(of, arm, to + r)) = true;
}

std::vector<std::size_t> ResultWriter::missing(std::optional<std::size_t> source) const {
  const std::size_t part = source ? 1 + *source : 0;
  std::vector<std::size_t> out;
  for (std::size_t r = 0; r < impl_->replicates(); ++r)
    for (std::size_t arm = 0; arm < impl_->header.arms.size(); ++arm)
      if (!impl_->written.at(impl_->block_number(part, arm, r))) {
        out.push_back(r + static_cast<std::size_t>(impl_->header.first_replicate));
        break;
      }
  return out;
}

void ResultWriter::checkpoint() {
  if (!impl_->journal) throw InternalError("a result that is not kept has no checkpoints");
  impl_->guarded([this] {
    attempt("writing", [this] { impl_->hdf5_file.flush(H5F_SCOPE_GLOBAL); });
    hdf5::check_writes();
    impl_->journal->checkpoint(impl_->record());
  });
  if (missing().size() < impl_->replicates()) impl_->worth_keeping = true;
}

void ResultWriter::end_at(int replicates) {
  Impl& impl = *impl_;
  if (!impl.header.may_end_early || !impl.header.split.empty() || replicates < 1 ||
      replicates > impl.header.replicates)
    throw InternalError("this result may not end early");
  std::vector<bool> written;
  for (std::size_t arm = 0; arm < impl.header.arms.size(); ++arm)
    for (std::size_t r = 0; r < impl.replicates(); ++r) {
      const bool here = impl.written.at(impl.block_number(0, arm, r));
      if (r < static_cast<std::size_t>(replicates))
        written.push_back(here);
      else if (here)
        throw InternalError("a result may not end before what is written");
    }
  hearth::end_at(impl.header, replicates);
  impl.written = std::move(written);
  impl.guarded([&] { impl.shorten_all(); });
}

const std::filesystem::path& ResultWriter::file() const {
  return impl_->file;
}

const ResultHeader& ResultWriter::header() const {
  return impl_->header;
}

bool ResultWriter::is_kept() const {
  return impl_->journal.has_value();
}

std::filesystem::path ResultWriter::finish(double wall_seconds, int threads) {
  Impl& impl = *impl_;
  if (const auto missing = std::ranges::find(impl.written, false); missing != impl.written.end()) {
    const auto block = static_cast<std::size_t>(missing - impl.written.begin());
    throw InternalError(
        fmt::format("the result is incomplete: arm {}, replicate {} was never written",
                    block / impl.replicates() % impl.header.arms.size(),
                    block % impl.replicates() + static_cast<std::size_t>(impl.header.first_replicate)));
  }
  impl.guarded([&] {
    layout::write_effects(impl.hdf5_file, impl.header);
    hdf5::write_attribute(impl.provenance, "wall_seconds", wall_seconds);
    hdf5::write_attribute(impl.provenance, "threads", std::int32_t{threads});
    attempt("writing", [&] { impl.hdf5_file.flush(H5F_SCOPE_GLOBAL); });
    impl.variables.clear();
    impl.provenance = H5::Group();
    hdf5::close(impl.hdf5_file);
  });
  return impl.temporary;
}

void ResultWriter::commit(double wall_seconds, int threads) {
  finish(wall_seconds, threads);
  impl_->guarded([this] { publish(impl_->temporary, impl_->file); });
  impl_->committed = true;
  if (impl_->journal) impl_->journal->remove();
}

void ResultWriter::discard() {
  impl_->worth_keeping = false;
  impl_->give_up();
  impl_->committed = true;
}

std::optional<KeptResult> kept_result(const std::filesystem::path& file) {
  const std::filesystem::path partial = partial_name(file);
  std::error_code error;
  if (!std::filesystem::exists(partial, error)) return std::nullopt;
  try {
    const WriteLock lock(partial);
    const auto record = Journal::put_back(partial);
    if (!record) return std::nullopt;
    KeptResult out{std::make_unique<ResultReader>(partial, Accept::kOwn), {}};
    const ResultHeader& header = out.result->header();
    const auto replicates = static_cast<std::size_t>(header.replicates);
    if (record->size() < header.arms.size() * replicates) return std::nullopt;
    const std::vector<bool> whole = whole_replicates(*record, 0, header.arms.size(), replicates);
    for (std::size_t r = 0; r < replicates; ++r)
      if (whole[r]) out.replicates.push_back(r + static_cast<std::size_t>(header.first_replicate));
    return out;
  } catch (const std::system_error& failure) {
    throw DataError(fmt::format("cannot read {}: {}", partial.string(), failure.code().message()));
  }
}

}  // namespace hearth
