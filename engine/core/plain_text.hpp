// Text that comes out of files: what is fit to be shown.
#pragma once

#include <string>
#include <string_view>

namespace hearth {

// Whether the text is UTF-8 without control characters; `lines`: line breaks and tabs are welcome.
bool is_plain(std::string_view text, bool lines = false);

// The text with \x1b for bytes that are not plain.
std::string plain_text(std::string_view text);

// For messages: at most 60 bytes, with ? for what is not plain.
std::string shown_text(std::string_view text);

}  // namespace hearth
