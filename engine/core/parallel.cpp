#include "core/parallel.hpp"

namespace hearth {
namespace {

class OneThread final : public Parallel {
 public:
  int threads() const override { return 1; }
  void for_each_index(std::size_t n, const std::function<void(std::size_t)>& body) const override {
    for (std::size_t i = 0; i < n; ++i) body(i);
  }
  void in_order(std::size_t, const Steps& steps) const override {
    while (steps.begin(0)) {
      steps.work(0);
      steps.end(0);
    }
  }
};

}  // namespace

std::shared_ptr<const Parallel> one_thread() {
  static const auto value = std::make_shared<const OneThread>();
  return value;
}

}  // namespace hearth
