/// A report could not be written.
package enum ReportError: Error, Hashable, CustomStringConvertible {
    case unwritable(path: String, why: String)

    package var description: String {
        switch self {
        case .unwritable(let path, let why): "cannot write '\(path)': \(why)"
        }
    }
}
