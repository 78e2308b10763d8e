#include "app/shard.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string_view>

#include "core/error.hpp"

namespace hearth {
namespace {

std::optional<int> whole_number(std::string_view text) {
  int value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::pair<int, int> Shard::replicates(int all) const {
  const auto start = [&](int shard) { return static_cast<int>(static_cast<long long>(all) * shard / of); };
  return {start(number - 1), start(number) - start(number - 1)};
}

std::filesystem::path Shard::file(const std::filesystem::path& whole) const {
  if (of == 1) return whole;
  std::filesystem::path out = whole;
  return out.replace_extension(fmt::format(".shard-{}-of-{}{}", number, of, whole.extension().string()));
}

std::string Shard::text() const {
  return of == 1 ? "" : fmt::format(", shard {} of {}", number, of);
}

Shard parse_shard(const std::string& text, int replicates) {
  const auto slash = text.find('/');
  const auto number = whole_number(text.substr(0, slash));
  const auto of = slash == std::string::npos ? std::nullopt : whole_number(text.substr(slash + 1));
  if (!number || !of || *number < 1 || *number > *of)
    throw UsageError(fmt::format("--shard: found {}; allowed: K/N with K from 1 to N, such as 2/4", text));
  if (*of > replicates)
    throw UsageError(fmt::format(
        "--shard: {} shards for {} replicates; allowed: at most one shard a replicate", *of, replicates));
  return {*number, *of};
}

}  // namespace hearth
