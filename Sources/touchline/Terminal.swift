import Foundation

/// Standard output carries results alone; everything else goes to standard error.
enum Terminal {
    static func writeError(_ line: String) { write(Data((line + "\n").utf8), to: .standardError) }

    static func write(_ line: String) { write(Data((line + "\n").utf8), to: .standardOutput) }

    static func write(_ bytes: [UInt8]) { write(Data(bytes), to: .standardOutput) }

    /// Replaces the line that the cursor is on.
    static func writeErrorInPlace(_ line: String) {
        write(Data(("\r\u{1B}[K" + line).utf8), to: .standardError)
    }

    /// Where nobody can be told (a full disk, a closed terminal) there is nobody to tell that either.
    private static func write(_ data: Data, to handle: FileHandle) { try? handle.write(contentsOf: data) }

    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}
