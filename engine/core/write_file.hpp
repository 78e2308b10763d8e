// The one way in which Hearth writes a file: under a temporary name in the same folder, which is brought to
// the disk and then takes the name. Until then, and when anything goes wrong or the program is killed, an
// older file is as it was. tests/project/test_layout.py checks that nothing else opens a file to write it.
#pragma once

#include <filesystem>
#include <functional>
#include <ostream>
#include <string>

namespace hearth {

// Beside `file`, unlike any other of this and of other processes.
std::filesystem::path temporary_name(const std::filesystem::path& file);

// Throws DataError unless `file` lies in a folder that is there and is none itself; `option` is what named
// it.
void check_target(const std::filesystem::path& file, const std::string& option = "-o");

// A terminal, a pipe or a device: written as it comes, for there is no older content to keep.
bool is_stream(const std::filesystem::path& file);

// Brings a closed file to the disk and gives it its name. Throws std::system_error.
void publish(const std::filesystem::path& temporary, const std::filesystem::path& file);

// `make` writes the temporary file that then takes the name of `file`. Throws DataError, and what `make`
// throws.
void replace_file(const std::filesystem::path& file,
                  const std::function<void(const std::filesystem::path& temporary)>& make);
// Likewise, through a stream; it may be a device or a pipe (is_stream()).
void write_file(const std::filesystem::path& file, const std::function<void(std::ostream&)>& fill);
void write_text(const std::filesystem::path& file, const std::string& text);

}  // namespace hearth
