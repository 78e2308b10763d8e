// Plain values as bytes and back, between a process and its reading process (reading_process.hpp): numbers,
// texts, lists, maps, alternatives, and structures that name their members in fields(). Both ends are one
// program, so nothing is said about types. Whoever unpacks trusts no length: bytes that end too early throw.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace hearth::packing {

template <typename T>
concept Plain = std::is_arithmetic_v<T> || std::is_enum_v<T>;

template <typename T>
concept Structure = requires(T value) {
  value.fields();
};

class Packer {
 public:
  std::string bytes;

  template <Plain T>
  void put(const T& value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void put(const std::string& text) {
    put(std::uint64_t{text.size()});
    bytes += text;
  }
  template <typename T>
  void put(const std::vector<T>& list) {
    put(std::uint64_t{list.size()});
    if constexpr (Plain<T>)
      bytes.append(reinterpret_cast<const char*>(list.data()), list.size() * sizeof(T));
    else
      for (const T& each : list) put(each);
  }
  template <typename Key, typename Value>
  void put(const std::map<Key, Value>& map) {
    put(std::uint64_t{map.size()});
    for (const auto& [key, value] : map) {
      put(key);
      put(value);
    }
  }
  template <typename... Each>
  void put(const std::variant<Each...>& one_of) {
    put(std::uint64_t{one_of.index()});
    std::visit([this](const auto& value) { put(value); }, one_of);
  }
  template <Structure T>
  void put(const T& structure) {
    std::apply([this](const auto&... field) { (put(field), ...); }, structure.fields());
  }
};

class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  T get() {
    T value{};
    into(value);
    return value;
  }

  template <Plain T>
  void into(T& value) {
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
  }
  void into(std::string& text) { text = take(size(1)); }
  template <typename T>
  void into(std::vector<T>& list) {
    if constexpr (Plain<T>) {
      list.resize(size(sizeof(T)));
      const std::string_view all = take(list.size() * sizeof(T));
      if (!all.empty()) std::memcpy(list.data(), all.data(), all.size());
    } else {
      list.clear();
      for (std::uint64_t left = size(1); left > 0; --left) into(list.emplace_back());
    }
  }
  template <typename Key, typename Value>
  void into(std::map<Key, Value>& map) {
    map.clear();
    for (std::uint64_t left = size(1); left > 0; --left) {
      Key key{};
      into(key);
      into(map[std::move(key)]);
    }
  }
  template <typename... Each>
  void into(std::variant<Each...>& one_of) {
    const auto index = get<std::uint64_t>();
    if (index >= sizeof...(Each)) throw std::runtime_error("what came is not what was asked for");
    std::uint64_t next = 0;
    const auto choose = [&]<typename T>(std::type_identity<T>) {
      if (next++ == index) one_of = get<T>();
    };
    (choose(std::type_identity<Each>{}), ...);
  }
  template <Structure T>
  void into(T& structure) {
    std::apply([this](auto&... field) { (into(field), ...); }, structure.fields());
  }

 private:
  // Of a list whose items take at least so many bytes each.
  std::uint64_t size(std::size_t item_bytes) {
    const auto size = get<std::uint64_t>();
    if (size > bytes_.size() / item_bytes) throw std::runtime_error("what came ends too early");
    return size;
  }
  std::string_view take(std::size_t size) {
    if (size > bytes_.size()) throw std::runtime_error("what came ends too early");
    const std::string_view out = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return out;
  }

  std::string_view bytes_;
};

template <typename T>
std::string pack(const T& value) {
  Packer packer;
  packer.put(value);
  return std::move(packer.bytes);
}
template <typename T>
T unpack(std::string_view bytes) {
  return Unpacker(bytes).get<T>();
}

}  // namespace hearth::packing
