/// How the files of a source are named in a manifest: by where they lie beside its first one, whatever machine that is on.
struct PageNames: Sendable {
    private let folder: Substring

    init(_ source: Source) {
        guard case .file(let path) = source.home ?? source.location else {
            folder = ""
            return
        }
        folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    }

    func name(ofFile path: String) -> String {
        if path.hasPrefix(folder) { return "file:" + path.dropFirst(folder.count) }
        return PullSession.PageAddress.file(path).redacted
    }
}
