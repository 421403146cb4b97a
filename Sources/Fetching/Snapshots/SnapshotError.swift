/// Something is wrong with a folder of snapshots; each says which.
package enum SnapshotError: Error, Hashable, CustomStringConvertible {
    /// It cannot be written or read.
    case unusable(path: String, why: String)
    /// Another pull is at work in it.
    case locked(path: String)
    /// There is no such snapshot.
    case missing(name: String, why: String)
    /// What is kept is not what was pulled.
    case damaged(snapshot: String, why: String)

    package var description: String {
        switch self {
        case .unusable(let path, let why): "the snapshots '\(path)' cannot be used: \(why)"
        case .locked(let path): "another pull holds the lock of the snapshots '\(path)'"
        case .missing(let name, let why): "there is no snapshot '\(name)': \(why)"
        case .damaged(let snapshot, let why): "the snapshot '\(snapshot)' is damaged: \(why)"
        }
    }
}
