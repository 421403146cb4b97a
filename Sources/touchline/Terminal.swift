import Foundation
import Language

/// Standard output carries results alone; everything else goes to standard error. Much of it other people wrote: nothing in a
/// text steers the terminal, and a line of theirs is given as `line.printable`, so that it stays one.
enum Terminal {
    static func writeError(_ line: String) { write(Data((line.printableLines + "\n").utf8), to: .standardError) }

    static func write(_ line: String) { write(Data((line.printableLines + "\n").utf8), to: .standardOutput) }

    static func write(_ bytes: [UInt8]) { write(Data(bytes), to: .standardOutput) }

    /// Replaces the line that the cursor is on.
    static func writeErrorInPlace(_ line: String) {
        write(Data(("\r\u{1B}[K" + line.printable).utf8), to: .standardError)
    }

    /// Where nobody can be told (a full disk, a closed terminal) there is nobody to tell that either.
    private static func write(_ data: Data, to handle: FileHandle) { try? handle.write(contentsOf: data) }

    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}
