import Foundation
import Synchronization

/// The folder of an audit while it is written: a temporary one beside its place, moved there as a whole when everything is
/// in it. What stood there before is replaced; where other people's files stand beside ours, those stay.
package final class ReportFolder: Sendable {
    private let target: URL
    private let work: URL
    private let isDone = Atomic(false)

    package init(target: String) throws(ReportError) {
        self.target = URL(fileURLWithPath: target).standardizedFileURL
        let parent = self.target.deletingLastPathComponent()
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: self.target.path, isDirectory: &isFolder), !isFolder.boolValue {
            throw .unwritable(path: target, why: "it is a file, and the reports are a folder")
        }
        do {
            try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        } catch {
            throw .unwritable(path: target, why: "its folder cannot be made")
        }
        var template = Array((parent.path + "/.\(self.target.lastPathComponent).XXXXXX").utf8CString)
        guard let made = mkdtemp(&template) else { throw .unwritable(path: target, why: String(cString: strerror(errno))) }
        work = URL(fileURLWithPath: String(cString: made), isDirectory: true)
        _ = chmod(work.path, 0o755)
    }

    deinit { if !isDone.load(ordering: .relaxed) { try? FileManager.default.removeItem(at: work) } }

    /// A file to stream into; `name` may have folders.
    package func file(_ name: String) throws(ReportError) -> OutputFile {
        let url = work.appending(path: name)
        do {
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        } catch {
            throw .unwritable(path: url.path, why: "its folder cannot be made")
        }
        return try OutputFile(path: url.path)
    }

    package func write(_ bytes: [UInt8], to name: String) throws(ReportError) {
        let file = try file(name)
        try file.write(bytes)
        try file.close()
    }

    /// Puts the finished folder in its place.
    package func commit() throws(ReportError) {
        do {
            if !FileManager.default.fileExists(atPath: target.path) {
                try FileManager.default.moveItem(at: work, to: target)
            } else if holdsOnlyOurs(target) {
                try replace()
            } else {
                try moveIn()
            }
            isDone.store(true, ordering: .relaxed)
        } catch {
            throw .unwritable(path: target.path, why: (error as NSError).localizedDescription)
        }
    }

    /// Whether everything in a folder is something that we write.
    private func holdsOnlyOurs(_ folder: URL) -> Bool {
        let ours: Set<String> = ["audit.json", "verdicts.ndjson", "run.json", "index.html", "partners"]
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path), ours.isSuperset(of: names) else {
            return false
        }
        let pages = (try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/partners")) ?? []
        let isLink = (try? folder.resourceValues(forKeys: [.isSymbolicLinkKey]).isSymbolicLink) ?? false
        return !isLink && pages.allSatisfy { $0.hasSuffix(".html") }
    }

    /// Swaps an earlier audit of ours for this one.
    private func replace() throws {
        let old = work.deletingLastPathComponent().appending(path: work.lastPathComponent + ".old")
        try FileManager.default.moveItem(at: target, to: old)
        do {
            try FileManager.default.moveItem(at: work, to: target)
        } catch {
            try FileManager.default.moveItem(at: old, to: target)
            throw error
        }
        try? FileManager.default.removeItem(at: old)
    }

    /// Moves our files among others, each as a whole, `audit.json` last; pages of partners that are gone go.
    private func moveIn() throws {
        let new = try files(in: work)
        let stale = Set(try files(in: target).filter { $0.hasPrefix("partners/") && $0.hasSuffix(".html") }).subtracting(new)
        for name in new.sorted(by: { ($0 == "audit.json" ? 1 : 0, $0) < ($1 == "audit.json" ? 1 : 0, $1) }) {
            let place = target.appending(path: name)
            try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            guard rename(work.appending(path: name).path, place.path) == 0 else {
                throw ReportError.unwritable(path: place.path, why: String(cString: strerror(errno)))
            }
        }
        for name in stale { try? FileManager.default.removeItem(at: target.appending(path: name)) }
        try? FileManager.default.removeItem(at: work)
    }

    /// Our files of a folder: those at its top and in `partners`.
    private func files(in folder: URL) throws -> [String] {
        let top = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0 != "partners" && folder == work }
        let pages = (try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/partners")) ?? []
        return top + pages.map { "partners/" + $0 }
    }
}
