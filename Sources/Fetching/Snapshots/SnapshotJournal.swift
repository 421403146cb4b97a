import Foundation
import Language

/// The pages of a pull that is under way, a line each as they come: what a killed pull had need not be asked for again.
///
/// A page is in it where all that the pull goes on from is known without a secret: its own bytes, and headers of which
/// nothing was hidden. It is gone when the snapshot is whole.
final class SnapshotJournal: Sendable {
    /// What a killed pull had.
    struct KilledPull: Sendable {
        let pulledAt: Instant
        /// By source.
        var pages: [String: [SnapshotManifest.PulledPage]] = [:]
    }

    private static let version = "journal/1"
    /// Older pages say nothing of now.
    private static let longest = Duration.seconds(3600)

    private let descriptor: Int32
    private let gate = Guarded(())

    /// Goes on with a journal, or begins one.
    init?(path: String, key: String, pulledAt: Instant, isNew: Bool) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (isNew ? O_TRUNC : 0), 0o644)
        guard descriptor >= 0 else { return nil }
        guard isNew else { return }
        var json = JSONWriter()
        json.object { json in
            json.field("touchline", Self.version)
            json.field("key", key)
            json.field("pulled_at", pulledAt.description)
        }
        json.newline()
        write(json.bytes)
    }

    deinit { close(descriptor) }

    func add(_ page: SnapshotManifest.PulledPage, of source: String) {
        var json = JSONWriter()
        json.object { json in
            json.field("source", source)
            json.key("page")
            SnapshotManifest.write(page, to: &json)
        }
        json.newline()
        write(json.bytes)
    }

    /// A line that cannot be written is a page that is asked for again.
    private func write(_ line: [UInt8]) { gate.withLock { _ in _ = writeAll(line, to: descriptor) } }

    /// What a pull of the same key had that was killed not long before `now`; nil where there is none. A line that is cut
    /// is none.
    static func read(path: String, key: String, now: Instant) -> KilledPull? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        let lines = data.split(separator: UInt8(ascii: "\n")).compactMap { try? JSONDocument(parsing: Array($0)).root }
        guard let head = lines.first, head.find("touchline")?.string == version, head.find("key")?.string == key,
            let pulledAt = head.find("pulled_at")?.string.flatMap({ Instant(rfc3339: $0) }), pulledAt <= now,
            now - pulledAt <= longest
        else { return nil }
        var killed = KilledPull(pulledAt: pulledAt)
        for line in lines.dropFirst() {
            guard let source = line.find("source")?.string, let page = line.find("page").flatMap(SnapshotManifest.PulledPage.init)
            else { continue }
            killed.pages[source, default: []].append(page)
        }
        return killed
    }
}
