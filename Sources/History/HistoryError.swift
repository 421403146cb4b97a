/// The history file let us down; each says which file.
package enum HistoryError: Error, Hashable, CustomStringConvertible {
    /// Not a database, damaged, or not ours to open or write.
    case unusable(path: String, why: String)
    /// Written by a later touchline, with tables that this one does not know.
    case newer(path: String)
    /// Another audit is at work on it.
    case locked(path: String)

    package var description: String {
        switch self {
        case .unusable(let path, let why): "the history '\(path)' cannot be used: \(why)"
        case .newer(let path): "the history '\(path)' was written by a later version of touchline"
        case .locked(let path): "another audit holds the lock of the history '\(path)'"
        }
    }
}
