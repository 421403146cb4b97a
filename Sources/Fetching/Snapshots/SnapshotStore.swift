import CZstd
import Foundation
import Language

/// A folder of snapshots: what was pulled, kept so that it can be judged again without asking anyone.
///
/// ```
/// objects/ab/cd….zst     a page's decoded bytes under zstd, named by their SHA-256: the same bytes are kept once
/// pulls/TIME-DIGEST.json one manifest a pull, named by its instant and the first twelve digits of its own SHA-256; further
///                        ones of that instant have .002, .003 … behind the time
/// aside/                 what is being written; whatever a killed pull left there is swept
/// journal.ndjson         what a pull under way has, see `SnapshotJournal`
/// lock                   held while something is written
/// ```
///
/// Everything is written aside and renamed, objects before the manifest that names them: a killed pull leaves objects that
/// nothing names, and no manifest. What is read is checked against its name.
package struct SnapshotStore: Hashable, Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    var objects: String { path + "/objects" }
    var pulls: String { path + "/pulls" }
    var aside: String { path + "/aside" }
    var journal: String { path + "/journal.ndjson" }

    func object(_ sha256: String) -> String { "\(objects)/\(sha256.prefix(2))/\(sha256.dropFirst(2)).zst" }

    /// The names of the manifests, oldest first.
    package var names: [String] {
        let found = (try? FileManager.default.contentsOfDirectory(atPath: pulls)) ?? []
        return found.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.map { String($0.dropLast(5)) }.sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
    }

    /// Names are in the order of the pulls, those of one instant in the order in which they were kept.
    private func name(of manifest: SnapshotManifest, bytes: [UInt8]) -> String {
        let time = manifest.pulledAt.description.replacing(":", with: "-")
        let digest = Self.digestPart(bytes)
        let places = names.compactMap { name -> Int? in
            guard name.hasPrefix(time) else { return nil }
            let rest = name.dropFirst(time.count)
            return rest.first == "-" ? 1 : rest.first == "." ? Int(rest.dropFirst().prefix { $0 != "-" }) : nil
        }
        guard let last = places.max() else { return "\(time)-\(digest)" }
        let number = String(last + 1)
        return "\(time)." + String(repeating: "0", count: max(0, 3 - number.count)) + "\(number)-\(digest)"
    }

    private static func digestPart(_ bytes: [UInt8]) -> String { String(sha256Hex(bytes).prefix(12)) }

    /// The manifest of that name, checked against it.
    package func manifest(named name: String) throws(SnapshotError) -> SnapshotManifest {
        guard let data = FileManager.default.contents(atPath: "\(pulls)/\(name).json") else {
            throw .missing(name: name, why: "its manifest cannot be read")
        }
        let bytes = Array(data)
        guard name.hasSuffix("-" + Self.digestPart(bytes)) else {
            throw .damaged(snapshot: name, why: "its manifest does not have the bytes that its name promises")
        }
        guard let manifest = SnapshotManifest(bytes) else {
            throw .damaged(snapshot: name, why: "its manifest is none of the version \(SnapshotManifest.version)")
        }
        return manifest
    }

    // MARK: Writing

    /// Makes the folder and takes its lock.
    func begin() throws(SnapshotError) -> FileLock {
        do {
            for folder in [objects, pulls, aside] {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            }
        } catch {
            throw .unusable(path: path, why: "the folder cannot be made")
        }
        do throws(FileLock.Problem) {
            return try FileLock(path: path + "/lock")
        } catch {
            switch error {
            case .held: throw .locked(path: path)
            case .failed(let why): throw .unusable(path: path, why: why)
            }
        }
    }

    /// Removes what killed pulls left half-written; true where there was one. The lock is held.
    func sweepAside() -> Bool {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: aside)) ?? []
        for name in names { unlink(aside + "/" + name) }
        return !names.isEmpty
    }

    /// Says that a pull is under way, until it is unmarked: where the mark is found, a pull was killed.
    func markUnfinished() throws(SnapshotError) {
        let descriptor = open(aside + "/unfinished", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure }
        close(descriptor)
    }

    func unmark() {
        unlink(journal)
        unlink(aside + "/unfinished")
    }

    /// Writes a manifest, when every object that it names has been written. Gives its name.
    func keep(_ manifest: SnapshotManifest) throws(SnapshotError) -> String {
        let bytes = manifest.bytes
        let name = name(of: manifest, bytes: bytes)
        let new = "\(aside)/\(name).json"
        let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure }
        let isWritten = writeAll(bytes, to: descriptor)
        // The objects too are on the disk before anything names them.
        let isSynced = isWritten && syncfs(descriptor) == 0
        guard close(descriptor) == 0, isSynced, rename(new, "\(pulls)/\(name).json") == 0 else { throw failure }
        return name
    }

    private var failure: SnapshotError { .unusable(path: path, why: String(cString: strerror(errno))) }
}

/// Writes all of some bytes; false where it fails, then `errno` says why.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { writeAll($0, to: descriptor) }
}

func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
    }
    return true
}
