#include "scenario/files/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "core/csv.hpp"
#include "core/nearest.hpp"
#include "core/text.hpp"

namespace hearth {

namespace {

constexpr std::size_t kDeepest = 64;       // no scenario nests deeper; guards the stack
constexpr std::size_t kLongestQuote = 60;  // characters of the user's text that a message repeats

std::string shortened(std::string_view text) {
  if (text.size() <= kLongestQuote) return std::string(text);
  std::size_t end = kLongestQuote;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;  // not inside a character
  return std::string(text.substr(0, end)) + "...";
}

// A piece of the file as it may stand in a message: on one line.
std::string excerpt(std::string_view raw) {
  while (!raw.empty() && (raw.back() == '\n' || raw.back() == '\r')) raw.remove_suffix(1);
  std::string out = shortened(raw);
  std::ranges::replace_if(
      out, [](char c) { return static_cast<unsigned char>(c) < 0x20U; }, ' ');
  return out;
}

bool is_number_part(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '+' || c == '-' || c == '.' || c == '_';
}

// Walks over the tokens of the text. The JSON parser reports what it read but not where; this finds where.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text_.starts_with(kByteOrderMark)) at_ = line_start_ = kByteOrderMark.size();
  }

  // To the start of the next token; with `punctuation`, also past , : ] and }.
  void skip(bool punctuation) {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (text_.substr(at_, 2) == "//") {
        advance_to(std::min(text_.find('\n', at_), text_.size()));
      } else if (text_.substr(at_, 2) == "/*") {
        const auto end = text_.find("*/", at_ + 2);
        advance_to(end == std::string_view::npos ? text_.size() : end + 2);
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n' ||
                 (punctuation && (c == ',' || c == ':' || c == ']' || c == '}'))) {
        advance_to(at_ + 1);
      } else {
        return;
      }
    }
  }

  // The token that starts here, without moving. Text without a closing quote ends with its line.
  std::string_view token() const {
    if (at_ >= text_.size()) return {};
    std::size_t end = at_ + 1;
    if (text_[at_] == '"') {
      while (end < text_.size() && text_[end] != '"' && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
      end = std::min(end + 1, text_.size());  // with the closing quote, or the line end that stands for it
    } else if (is_number_part(text_[at_])) {
      while (end < text_.size() && is_number_part(text_[end])) ++end;
    } else {
      while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0U) == 0x80U) ++end;
    }
    return text_.substr(at_, end - at_);
  }

  // Skips to the next token and past it; returns its start.
  std::pair<int, int> pass(bool punctuation) {
    skip(punctuation);
    const auto start = std::pair{line_, column()};
    advance_to(at_ + token().size());
    return start;
  }

  void advance_to(std::size_t end) {
    for (; at_ < end; ++at_) {
      if (text_[at_] != '\n') continue;
      ++line_;
      line_start_ = at_ + 1;
    }
  }

  std::size_t offset() const { return at_; }
  int line() const { return line_; }
  int column() const {
    const auto here = text_.substr(line_start_, at_ - line_start_);
    return 1 + static_cast<int>(std::count_if(here.begin(), here.end(), [](char c) {
             return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
           }));
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
};

// What the parser's "expected ..." means to someone who writes scenarios.
std::string allowed_instead(std::string_view what) {
  constexpr std::string_view kMark = "; expected ";
  const auto at = what.find(kMark);
  if (at == std::string_view::npos) return "";
  const auto expected = what.substr(at + kMark.size());
  if (expected == "string literal") return "a key in double quotes";
  if (expected == "':'") return "a colon after the key";
  if (expected == "'}'") return "a comma and another key, or }";
  if (expected == "']'") return "a comma and another value, or ]";
  if (expected == "end of input") return "nothing more: the scenario ended above";
  return "a value: \"text\", a number, true, false, a [list] or an {object}";
}

class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  TreeBuilder(std::string_view text, const std::string& file, std::vector<Diagnostic>& diagnostics)
      : text_(text),
        scanner_(text),
        file_(std::make_shared<const std::string>(file)),
        diagnostics_(diagnostics) {}

  std::optional<Node> take() { return std::move(root_); }

  bool null() override { return scalar(Node::Kind::kNull).second; }
  bool boolean(bool value) override {
    const auto [node, ok] = scalar(Node::Kind::kBoolean);
    node->boolean = value;
    return ok;
  }
  bool number_integer(std::int64_t value) override { return number(static_cast<double>(value)); }
  bool number_unsigned(std::uint64_t value) override { return number(static_cast<double>(value)); }
  bool number_float(double value, const std::string&) override { return number(value); }
  bool string(std::string& value) override {
    const auto [node, ok] = scalar(Node::Kind::kString);
    node->text = std::move(value);
    return ok;
  }
  bool binary(nlohmann::json::binary_t&) override { return false; }  // not in JSON text

  bool start_object(std::size_t) override { return open(Node::Kind::kObject); }
  bool start_array(std::size_t) override { return open(Node::Kind::kArray); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(std::string& name) override {
    const auto [line, column] = scanner_.pass(true);
    Node& object = *open_.back();
    if (const Member* first = object.find(name))
      diagnostics_.push_back({*file_, line, column, pointer_to(pointer(), name),
                              fmt::format("duplicate key {}", in_quotes(name)), "each key once in an object",
                              fmt::format("the first is on line {}; remove or rename one", first->at.line)});
    object.members.push_back({name, Place{file_, line, column}, Node{}});
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    // The offending token is the one that holds the last character read: it may be the rest of a number.
    const std::size_t last = position == 0 ? 0 : position - 1;
    if (last < scanner_.offset()) scanner_ = before_last_;
    std::size_t previous = scanner_.offset();
    scanner_.skip(false);
    while (scanner_.offset() + scanner_.token().size() <= last && scanner_.offset() < text_.size()) {
      previous = scanner_.offset() + scanner_.token().size();
      scanner_.pass(false);
      scanner_.skip(false);
    }
    const std::string_view token = scanner_.token();
    const std::string_view what = error.what();
    const auto says = [&](std::string_view part) { return what.find(part) != std::string_view::npos; };
    const bool after_comma = previous > 0 && text_[previous - 1] == ',';

    Diagnostic out{*file_, scanner_.line(), scanner_.column(), pointer(), "", allowed_instead(what), ""};
    if (text_.find_first_not_of(" \t\r\n") == std::string_view::npos) {
      out.found = "the file is empty";
      out.allowed = "a scenario: an object in { }";
    } else if (says("invalid comment")) {
      out.found = "a stray /";
      out.allowed = "comments as // to the end of the line or /* ... */";
      if (token.empty()) out.found = "a comment that never ends";
    } else if (says("invalid string")) {
      const bool ended = token.size() > 1 && token.back() == '"';
      out.found = fmt::format("the {} {}", ended ? "text" : "unfinished text", excerpt(token));
      out.allowed = "text between double quotes on one line";
      out.hint = ended ? "write a backslash as \\\\, a quote as \\\" and no tab or other control character"
                       : "add the closing quote";
    } else if (says("number overflow")) {
      out.found = fmt::format("the number {}", excerpt(token));
      out.allowed = "numbers to about 1e308";
    } else if (token.empty()) {
      out.found = "the text ends here";
      out.hint = "a closing bracket is missing";
    } else {
      out.found = "an unexpected " + excerpt(token);
      if (out.allowed.empty())
        out.allowed = "a value: \"text\", a number, true, false, a [list] or an {object}";
      const std::string invisible = invisible_character(token);
      if (!invisible.empty()) {
        out.found = invisible;
        out.hint = "write a plain space";
      } else if (token == "}" || token == "]") {
        if (after_comma) out.hint = "remove the comma before it";
      } else if (after_comma && previous > 1 && is_digit(text_[previous - 2]) && is_digit(token.front())) {
        out.hint = "write decimals with a point, as 0.5";
      } else if (token.size() > 1 && token.front() == '0' && std::ranges::all_of(token, is_digit)) {
        out.hint = fmt::format("write it without zeros in front: {}",
                               token.substr(std::min(token.find_first_not_of('0'), token.size() - 1)));
      } else if (out.allowed.starts_with("a comma")) {
        out.hint = "a comma is missing before it";
      } else if (token.front() == '\'' || token == "\u201C" || token == "\u201D") {
        out.hint = "use straight double quotes";
      } else if (token == "True" || token == "False" || token == "None") {
        out.hint = "write true, false or null";
      } else if (std::isalpha(static_cast<unsigned char>(token.front()))) {
        out.hint = fmt::format("did you mean \"{}\", in double quotes?", excerpt(token));
      }
    }
    diagnostics_.push_back(std::move(out));
    root_.reset();
    return false;
  }

 private:
  bool number(double value) {
    const auto [node, ok] = scalar(Node::Kind::kNumber);
    node->number = value;
    return ok;
  }

  // Where the next value goes: the last key's, a new item, or the root.
  Node* place_value() {
    if (open_.empty()) return &root_.emplace();
    Node& parent = *open_.back();
    if (parent.kind == Node::Kind::kObject) return &parent.members.back().value;
    return &parent.items.emplace_back();
  }

  std::pair<Node*, bool> scalar(Node::Kind kind) {
    Node* node = place_value();
    scanner_.skip(true);
    node->kind = kind;
    node->text = std::string(scanner_.token());
    before_last_ = scanner_;
    const auto [line, column] = scanner_.pass(true);
    node->at = {file_, line, column};
    return {node, true};
  }

  bool open(Node::Kind kind) {
    Node* node = place_value();
    const auto [line, column] = scanner_.pass(true);
    node->kind = kind;
    node->at = {file_, line, column};
    open_.push_back(node);
    if (open_.size() <= kDeepest) return true;
    diagnostics_.push_back({*file_, line, column, "", "lists or objects nested too deeply",
                            fmt::format("at most {} levels", kDeepest), ""});
    open_.clear();
    root_.reset();
    return false;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  // Of the innermost open object or list.
  std::string pointer() const {
    std::string out;
    for (std::size_t level = 0; level < open_.size(); ++level) {
      const Node& node = *open_[level];
      const bool last = level + 1 == open_.size();
      if (last) break;
      out = node.kind == Node::Kind::kObject ? pointer_to(out, node.members.back().key)
                                             : fmt::format("{}/{}", out, node.items.size() - 1);
    }
    return out;
  }

  std::string_view text_;
  Scanner scanner_;
  Scanner before_last_ = scanner_;  // at the last number, text, true, false or null
  std::shared_ptr<const std::string> file_;
  std::vector<Diagnostic>& diagnostics_;
  std::optional<Node> root_;
  std::vector<Node*>
      open_;  // a parent gets no new member or item while its child is open, so these stay valid
};

// JSON is UTF-8; what other text, or what else, a file is.
std::optional<Diagnostic> not_utf8(std::string_view text, const std::string& file) {
  const ContentKind kind = kind_of(text);
  if (kind.encoding == Encoding::kUtf8) return std::nullopt;
  Diagnostic out{file, 1, 1, "", std::string(kind.what), "text in UTF-8", std::string(kind.advice)};
  if (!kind.encoding) return out;
  out.found = fmt::format("text in {}", name_of(*kind.encoding));
  out.hint = "save the file again with the encoding UTF-8";
  if (kind.encoding != Encoding::kWindows1252) return out;
  const std::size_t at = utf8_length(text);
  Scanner scanner(text);
  scanner.advance_to(at);
  out.line = scanner.line();
  out.column = scanner.column();
  out.found =
      fmt::format("a byte that is no UTF-8 ({}, which is \"{}\" in {})", printable(text.substr(at, 1)),
                  decode_text(text.substr(at, 1), file), name_of(*kind.encoding));
  return out;
}

}  // namespace

std::string in_quotes(std::string_view text) {
  return nlohmann::json(shortened(printable(text))).dump();
}

std::string Place::text() const {
  return fmt::format("{}:{}", file ? *file : "", line);
}

const Member* Node::find(std::string_view key) const {
  const auto found =
      std::find_if(members.begin(), members.end(), [&](const Member& member) { return member.key == key; });
  return found == members.end() ? nullptr : &*found;
}

std::string Node::described() const {
  switch (kind) {
    case Kind::kNull:
      return "null";
    case Kind::kBoolean:
      return text;
    case Kind::kNumber:
      return fmt::format("the number {}", shortened(text));
    case Kind::kString:
      return "the text " + in_quotes(text);
    case Kind::kArray:
      return items.empty() ? "an empty list" : "a list";
    case Kind::kObject:
      return "an object";
  }
  return "";
}

std::optional<Node> parse_document(std::string_view text, const std::string& file,
                                   std::vector<Diagnostic>& diagnostics) {
  if (const auto mistake = not_utf8(text, file)) {
    diagnostics.push_back(*mistake);
    return std::nullopt;
  }
  TreeBuilder builder(text, file, diagnostics);
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder, nlohmann::json::input_format_t::json, true,
                            true);
  return builder.take();
}

Node table_document(const CsvTable& table, const std::set<std::string>& lists) {
  const auto file = std::make_shared<const std::string>(table.name());
  const auto node = [&](Node::Kind kind, std::size_t line, std::size_t column) {
    Node out;
    out.kind = kind;
    out.at = Place{file, static_cast<int>(line), static_cast<int>(column)};
    return out;
  };
  Node out = node(Node::Kind::kArray, 1, 1);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Node object = node(Node::Kind::kObject, table.line(row), 1);
    for (std::size_t column = 0; column < table.columns().size(); ++column) {
      const std::string& cell = table.text(row, column);
      if (cell.empty()) continue;
      const std::string key = column_key(table.columns()[column]);
      if (key.empty())
        throw DataError(fmt::format("{}:{}: found '{}' in column {}, which has no name in the header",
                                    table.name(), table.line(row), cell, column + 1));
      table.column(key);  // there once
      Node value = node(Node::Kind::kString, table.line(row), column + 1);
      value.text = cell;
      if (lists.contains(key)) {
        value.kind = Node::Kind::kArray;
        for (std::size_t from = 0; from < cell.size();) {
          const std::size_t to = std::min(cell.find(';', from), cell.size());
          const std::size_t begin = std::min(cell.find_first_not_of(" ;", from), to);
          const std::size_t end = cell.find_last_not_of(" ;", to);
          if (begin < to) {
            Node& item = value.items.emplace_back(node(Node::Kind::kString, table.line(row), column + 1));
            item.text = cell.substr(begin, end + 1 - begin);
            // Codes as programs write numbers.
            if (item.text.ends_with(".0") && is_digit(item.text.front()))
              item.text.resize(item.text.size() - 2);
          }
          from = to + 1;
        }
      }
      object.members.push_back({key, value.at, std::move(value)});
    }
    out.items.push_back(std::move(object));
  }
  return out;
}

std::string read_text(const std::filesystem::path& file) {
  return read_bytes(file, "a JSON file");
}

std::filesystem::path relative_to_file(const Node& node, const std::string& path) {
  return (std::filesystem::path(*node.at.file).parent_path() / path).lexically_normal();
}

bool file_exists(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(file, ignored);
}

std::string nearest_file(const std::filesystem::path& wanted) {
  const std::filesystem::path folder = wanted.parent_path().empty() ? "." : wanted.parent_path();
  std::error_code error;
  std::vector<std::string> names;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (at->path().extension() == ".json") names.push_back(at->path().filename().string());
  std::sort(names.begin(), names.end());
  return did_you_mean(nearest_names(wanted.filename().string(), names));
}

void merge(Node& base, Node change) {
  if (base.kind != Node::Kind::kObject || change.kind != Node::Kind::kObject) {
    base = std::move(change);
    return;
  }
  base.at = change.at;
  for (auto& member : change.members) {
    const auto found = std::find_if(base.members.begin(), base.members.end(),
                                    [&](const Member& other) { return other.key == member.key; });
    if (found == base.members.end()) {
      base.members.push_back(std::move(member));
    } else if (member.value.kind == Node::Kind::kNull) {
      base.members.erase(found);
    } else {
      found->at = member.at;
      merge(found->value, std::move(member.value));
    }
  }
}

std::string pointer_to(std::string_view pointer, std::string_view key) {
  std::string out = fmt::format("{}/", pointer);
  for (const char c : key) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

}  // namespace hearth
