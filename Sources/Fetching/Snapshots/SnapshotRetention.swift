import Foundation
import Language

/// Which snapshots stay.
extension SnapshotStore {
    /// Removes snapshots that were pulled before an instant, and every object that none of the rest names and nobody cites.
    /// The newest snapshot in which a source is complete stays however old it is, and one that cannot be read is left alone.
    /// The lock is held. Gives the names of those removed.
    func prune(before limit: Instant, citing cited: Set<String>) -> [String] {
        var kept: [(name: String, manifest: SnapshotManifest)] = []
        for name in names {
            guard let manifest = try? manifest(named: name) else { continue }
            kept.append((name, manifest))
        }
        var newest: [String: String] = [:]
        for (name, manifest) in kept {
            for source in manifest.sources where source.outcome == .complete { newest[source.id] = name }
        }
        let needed = Set(newest.values)
        let old = kept.filter { $0.manifest.pulledAt < limit && !needed.contains($0.name) }.map(\.name)
        for name in old { unlink("\(pulls)/\(name).json") }
        if !old.isEmpty { sweep(citing: cited) }
        return old
    }

    /// Removes every object that no snapshot names and nobody cites. Nothing is removed where one of them cannot be read. The lock is held.
    func sweep(citing cited: Set<String>) {
        var named = cited
        for name in names {
            guard let manifest = try? manifest(named: name) else { return }
            named.formUnion(manifest.objects)
        }
        let files = FileManager.default
        for folder in (try? files.contentsOfDirectory(atPath: objects)) ?? [] {
            for file in (try? files.contentsOfDirectory(atPath: objects + "/" + folder)) ?? [] where file.hasSuffix(".zst") {
                let digest = folder + file.dropLast(4)
                if !named.contains(digest) { unlink("\(objects)/\(folder)/\(file)") }
            }
        }
    }
}
