// Python's extension hearth._hearth: loads, runs and calibrates in the memory of the interpreter. The package
// python/hearth puts defaults, xarray and documentation around it.
#include <fmt/format.h>
#include <pybind11/functional.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <system_error>
#include <utility>

#include "app/build_identity.hpp"
#include "app/calibrate.hpp"
#include "app/load.hpp"
#include "app/project.hpp"
#include "app/resolve.hpp"
#include "app/result_header.hpp"
#include "app/run.hpp"
#include "core/text.hpp"
#include "core/words.hpp"
#include "results/content/description.hpp"
#include "results/file/result_reader.hpp"

namespace hearth {
namespace {

namespace py = pybind11;
using namespace py::literals;

// ---- Work beside Python ----

// Work on a thread of its own, without Python's lock: the flag that stops it, and the messages it leaves.
template <typename Message>
class Background {
 public:
  const std::atomic<bool>& stop() const { return stop_; }
  void tell(Message message) {
    const std::scoped_lock lock(mutex_);
    messages_.push_back(std::move(message));
  }

  // Returns when the work has ended, and throws what it throws. Meanwhile this thread hands messages to
  // `listen` and looks for Ctrl-C; when either raises, the work is stopped and waited for first.
  void run(const std::function<void()>& work,
           const std::function<void(const std::vector<Message>&)>& listen) {
    constexpr std::chrono::milliseconds kLookEvery{50};
    const py::gil_scoped_release unlocked;
    std::future<void> end = std::async(std::launch::async, work);
    try {
      for (bool ended = false; !ended;) {
        ended = end.wait_for(kLookEvery) == std::future_status::ready;
        const std::vector<Message> messages = take();
        const py::gil_scoped_acquire locked;
        if (PyErr_CheckSignals() != 0) throw py::error_already_set();
        if (!messages.empty()) listen(messages);
      }
    } catch (...) {
      stop_ = true;
      end.wait();
      throw;
    }
    end.get();
  }

 private:
  std::vector<Message> take() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(messages_, {});
  }

  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::vector<Message> messages_;
};

// ---- Results in memory ----

py::object to_python(const Attribute& value) {
  const auto number = [](const char* type, auto plain) {
    return py::module_::import("numpy").attr(type)(plain);
  };
  if (const auto* text = std::get_if<std::string>(&value)) return py::str(*text);
  if (const auto* integer = std::get_if<std::int32_t>(&value)) return number("int32", *integer);
  if (const auto* integer = std::get_if<std::uint64_t>(&value)) return number("uint64", *integer);
  return number("float64", std::get<double>(value));
}

py::dict to_python(const Attributes& attributes) {
  py::dict out;
  for (const auto& [name, value] : attributes) out[py::str(name)] = to_python(value);
  return out;
}

const char* dtype(NumberType type) {
  return type == NumberType::kInt32 ? "int32" : type == NumberType::kFloat32 ? "float32" : "float64";
}

// Memory is given to arrays as they are filled: one result too large would end Python in the middle of a run.
void require_memory(double bytes) {
  const double all =
      static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGE_SIZE));
  if (bytes <= all) return;
  const std::string message = fmt::format(
      "the result takes {} of memory, and the machine has {}; use fewer authorities, replicates or "
      "months, or hearth run and hearth.open, which reads what is asked for",
      bytes_text(bytes), bytes_text(all));
  PyErr_SetString(PyExc_MemoryError, message.c_str());
  throw py::error_already_set();
}

// NumPy arrays of all variables of a result. Made and handed over under Python's lock; filled without it.
class Arrays {
 public:
  explicit Arrays(const ResultHeader& header) : header_(header), variables_(result_variables(header)) {
    std::map<std::string, std::size_t> sizes;
    for (const auto& c : result_coordinates(header))
      sizes[c.dimension] = std::visit([](const auto& labels) { return labels.size(); }, c.labels);
    for (const auto& v : variables_) {
      auto& shape = shapes_.emplace_back();
      for (const auto& dimension : v.dimensions) shape.push_back(sizes.at(dimension));
    }
    require_memory(bytes());
    const py::object zeros = py::module_::import("numpy").attr("zeros");
    for (std::size_t i = 0; i < variables_.size(); ++i) {
      arrays_.push_back(zeros(shapes_[i], dtype(variables_[i].type)).cast<py::array>());
      numbers_.push_back(static_cast<std::byte*>(arrays_.back().mutable_data()));
    }
  }

  void fill(std::optional<std::size_t> alone, std::size_t arm, std::size_t replicate,
            const std::vector<AuthoritySeries>& series) {
    for_each_plane(header_, alone, series, [&](const ResultPlane& plane) {
      const auto& shape = shapes_[plane.variable];
      const auto first = static_cast<std::size_t>(header_.first_replicate);
      std::size_t before = arm * shape[1] + replicate - first;  // planes in the array
      for (std::size_t c = 0; c < plane.categories.size(); ++c)
        before = before * shape[2 + c] + plane.categories[c];
      std::visit(
          [&](const auto& numbers) {
            std::memcpy(numbers_[plane.variable] + before * numbers.size_bytes(), numbers.data(),
                        numbers.size_bytes());
          },
          plane.numbers);
    });
  }

  // As an HDF5 file holds them: name, dimensions, numbers, attributes. `header`: the one that these are of,
  // or with fewer replicates, where the run ended early.
  py::dict result(const ResultHeader& header) const {
    py::list coordinates;
    for (const auto& c : result_coordinates(header))
      coordinates.append(py::make_tuple(c.name, std::vector{c.dimension},
                                        std::visit([](const auto& l) { return py::cast(l); }, c.labels),
                                        to_python(c.attributes)));
    py::list variables;
    for (std::size_t i = 0; i < variables_.size(); ++i)
      variables.append(py::make_tuple(variables_[i].name, variables_[i].dimensions,
                                      first_replicates(i, header), to_python(variables_[i].attributes)));
    return py::dict("coordinates"_a = coordinates, "variables"_a = variables,
                    "attributes"_a = to_python(result_attributes(header)));
  }

 private:
  // The second dimension of each variable is that of replicates.
  py::object first_replicates(std::size_t variable, const ResultHeader& header) const {
    const py::slice all{py::none(), py::none(), py::none()};
    return arrays_[variable][py::make_tuple(all, py::slice(0, header.replicates, 1))];
  }

  // That will be filled: most pairs of payer and cost category stay empty.
  double bytes() const {
    double out = 0.0;
    for (std::size_t i = 0; i < variables_.size(); ++i) {
      double cells = variables_[i].type == NumberType::kFloat64 ? 2.0 : 1.0;  // of four bytes
      for (const std::size_t size : shapes_[i]) cells *= static_cast<double>(size);
      const bool by_payer = i == kMeasures;
      out += 4.0 * cells *
             (by_payer ? static_cast<double>(kCostLines.size()) / (kPayers * kCostCategories) : 1.0);
    }
    return out;
  }

  const ResultHeader& header_;
  std::vector<VariableDescription> variables_;
  std::vector<py::array> arrays_;
  std::vector<std::byte*> numbers_;
  std::vector<std::vector<std::size_t>> shapes_;
};

// ---- What Python calls ----

// The scenario in `text`, as if it were in the file `name`; without a text, that of the file.
LoadedScenario load(const std::string& name, const std::optional<std::string>& text,
                    std::optional<std::uint64_t> seed, std::optional<int> replicates,
                    std::optional<int> months, const std::vector<std::string>& authorities,
                    const std::vector<std::string>& without, const std::vector<std::string>& also_adopt,
                    const std::vector<std::string>& set) {
  ScenarioOverrides overrides;
  overrides.seed = seed;
  overrides.replicates = replicates;
  overrides.months = months;
  overrides.authorities = authorities;
  overrides.without = without;
  overrides.also_adopt = also_adopt;
  overrides.set = set;
  return text ? load_scenario(ScenarioText{name, *text}, overrides) : load_named(name, overrides);
}

py::dict provenance_of(const ResultHeader& header, const RunStatistics& statistics) {
  py::dict out = py::cast(header.provenance);
  out["wall_seconds"] = statistics.seconds;
  out["threads"] = statistics.threads;
  out["scenario"] = header.scenario_json;
  out["inputs"] = header.inputs;
  return out;
}

// `output`: a result file to write too, or empty. With `resume` the numbers are in that file alone.
// `progress`: called with family-months done and in all.
py::dict run(const LoadedScenario& loaded, bool split, int threads, const std::string& output,
             const std::string& shard, bool resume, const std::string& until, int at_most,
             const std::string& command, const std::function<void(double, double)>& progress) {
  RunRequest request;
  request.output = output;
  request.threads = threads;
  request.shard = shard;
  request.resume = resume;
  request.keep = resume;
  request.until = until;
  request.at_most = at_most;
  request.split = split;
  request.command = command;
  if (!output.empty()) require_writable(output, "output");
  const RunPlan plan = plan_run(loaded, request);
  std::optional<Arrays> arrays;
  if (!resume) arrays.emplace(plan.header);
  RunOutcome outcome;
  using Done = std::pair<double, double>;
  Background<Done> background;
  background.run(
      [&] {
        Listener listener;
        listener.progress = [&](double done, double total) { background.tell({done, total}); };
        listener.stop = &background.stop();
        const BlockSink sink = [&](auto alone, std::size_t arm, std::size_t replicate, const auto& series) {
          if (arrays) arrays->fill(alone, arm, replicate, series);
        };
        outcome = output.empty() ? run_in_memory(plan, listener, sink) : run_to_file(plan, listener, sink);
      },
      [&](const std::vector<Done>& messages) {
        if (progress) progress(messages.back().first, messages.back().second);
      });
  ResultHeader header = plan.header;
  py::object precision = py::none();
  if (outcome.precision) {
    header.replicates = outcome.replicates;
    note_effects(header, loaded.scenario);
    precision =
        py::dict("goal"_a = until, "met"_a = outcome.precision->met, "error"_a = outcome.precision->text);
  }
  py::dict out = arrays ? arrays->result(header) : py::dict();
  out["provenance"] = provenance_of(header, outcome.statistics);
  out["until"] = precision;
  return out;
}

// Name, value (JSON), unit, origin, certainty, source; default, lower, upper and spread of a parameter, else
// none.
py::list resolve(const LoadedScenario& loaded, const std::string& prefix, const std::string& arm) {
  py::list out;
  for (const auto& v : chosen_values(loaded, prefix, arm))
    out.append(v.parameter == nullptr
                   ? py::make_tuple(v.pointer, v.value, v.unit, v.origin, v.certainty, v.source, py::none(),
                                    py::none(), py::none(), py::none())
                   : py::make_tuple(v.pointer, v.value, v.unit, v.origin, v.certainty, v.source,
                                    v.parameter->value, v.parameter->lower, v.parameter->upper,
                                    v.parameter->spread));
  return out;
}

// The calibration file as text; written too, unless `output` is empty. `progress`: called with a line.
std::string calibrate_text(std::optional<int> origin, int replicates, std::size_t draws, std::uint64_t seed,
                           double sample, int threads, const std::string& output,
                           const std::function<void(const std::string&)>& progress) {
  if (!output.empty()) require_writable(output, "output");
  std::string out;
  Background<std::string> background;
  background.run(
      [&] {
        CalibrationOptions how;
        how.replicates = replicates;
        how.draws = draws;
        how.seed = seed;
        how.threads = threads;
        how.stop = &background.stop();
        how.progress = [&](std::string_view line) { background.tell(std::string(line)); };
        out = calibration_json(calibrate_origin(origin_to_fit(origin), how, sample));
        if (!output.empty()) write_text(output, out);
      },
      [&](const std::vector<std::string>& lines) {
        if (progress) std::ranges::for_each(lines, progress);
      });
  return out;
}

// ---- Errors ----

template <typename... Arguments>
void raise(const char* type, Arguments&&... arguments) {
  const py::object error =
      py::module_::import("hearth.errors").attr(type)(std::forward<Arguments>(arguments)...);
  PyErr_SetObject(py::type::of(error).ptr(), error.ptr());
}

py::list to_python(const std::vector<Diagnostic>& diagnostics) {
  const py::object make = py::module_::import("hearth.errors").attr("Diagnostic");
  py::list out;
  for (const auto& d : diagnostics)
    out.append(make(d.file, d.line, d.column, d.pointer, d.found, d.allowed, d.hint));
  return out;
}

// As run_program() explains them on the command line.
// NOLINTNEXTLINE(performance-unnecessary-value-param): the type that pybind11 wants
void translate(std::exception_ptr exception) {
  try {
    if (exception) std::rethrow_exception(exception);
  } catch (const ScenarioError& error) {
    raise("ScenarioError", printable(error.what()), to_python(error.diagnostics()));
  } catch (const UsageError& error) {
    raise("UsageError", printable(error.what()));
  } catch (const DataError& error) {
    raise("DataError", printable(error.what()));
  } catch (const Interrupted&) {
    PyErr_SetNone(PyExc_KeyboardInterrupt);
  } catch (const Error& error) {
    raise("InternalError", std::string("this is a bug in Hearth, please report it: ") + error.what());
  } catch (const std::system_error& error) {  // includes std::filesystem's
    raise("DataError", printable(error.what()));
  } catch (const std::bad_alloc&) {
    PyErr_SetString(PyExc_MemoryError, "out of memory; use fewer authorities, replicates or threads");
  }
}

}  // namespace
}  // namespace hearth

PYBIND11_MODULE(_hearth, module) {
  namespace py = pybind11;
  using namespace py::literals;
  using namespace hearth;

  module.doc() = "The engine of Hearth. Use the package hearth, which checks what it hands on.";
  py::register_exception_translator(&translate);

  py::class_<LoadedScenario>(module, "LoadedScenario", "A scenario that has been read and found right.")
      .def_property_readonly("name", [](const LoadedScenario& s) { return s.scenario.name; })
      .def_property_readonly("json", [](const LoadedScenario& s) { return s.scenario.resolved_json; })
      .def_property_readonly("warnings", [](const LoadedScenario& s) {
        std::vector<std::string> out;
        for (const auto& warning : s.warnings) out.push_back(warning.text());
        return out;
      });
  module.def("load", &load, "name"_a, "text"_a, "seed"_a, "replicates"_a, "months"_a, "authorities"_a,
             "without"_a, "also_adopt"_a, "set"_a);
  module.def("run", &run, "scenario"_a, "split"_a, "threads"_a, "output"_a, "shard"_a, "resume"_a, "until"_a,
             "at_most"_a, "command"_a, "progress"_a);
  module.def("resolve", &resolve, "scenario"_a, "prefix"_a, "arm"_a);
  module.def("calibrate", &calibrate_text, "origin"_a, "replicates"_a, "draws"_a, "seed"_a, "sample"_a,
             "threads"_a, "output"_a, "progress"_a);
  module.def(
      "check_result", [](const std::string& file) { ResultReader{file}; }, "file"_a,
      "Raises DataError unless the file is a result that this version reads.");
  module.def("scenario_directories", [] {
    std::vector<std::string> out;
    for (const auto& directory : scenario_directories()) out.push_back(directory.string());
    return out;
  });
  module.def("build_identity", [] {
    py::dict out;
    for (const auto& [name, value] : build_identity()) out[py::str(name)] = value;
    return out;
  });
}
