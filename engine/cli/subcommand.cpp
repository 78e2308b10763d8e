#include "cli/subcommand.hpp"

#include <algorithm>

namespace hearth {
namespace {

// Filled before main() by the constants of all files, in an order that nobody knows.
std::vector<const Subcommand*>& registered() {
  static std::vector<const Subcommand*> all;
  return all;
}

}  // namespace

Subcommand::Subcommand(int place, const char* name, const char* text, Declare how)
    : place_(place), name_(name), text_(text), declare_(how) {
  registered().push_back(this);
}

std::vector<const Subcommand*> Subcommand::all() {
  std::vector<const Subcommand*> out = registered();
  std::ranges::sort(out, {}, &Subcommand::place_);
  return out;
}

}  // namespace hearth
