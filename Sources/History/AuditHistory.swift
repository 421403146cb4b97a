import Fetching
import Foundation
import GRDB
package import Language
package import Scoring

/// The audits of a network, kept in one SQLite file: what was counted, what was flagged, and the bytes that were reported.
///
/// An audit is kept in one transaction, so it is there as a whole or not at all. Of the past only audits with an earlier
/// `as_of` count, and an audit that is there already stays as it is: repeating an audit changes nothing.
package final class AuditHistory: Sendable {
    private let path: String
    /// Whose audits count; nil for those of every network in the file.
    let network: String?
    private let queue: DatabaseQueue

    /// Opens the history, or begins one, with its folder. Networks may share a file; they know nothing of one another.
    package init(path: String, network: String? = nil) throws(HistoryError) {
        self.path = path
        self.network = network
        try Self.makeFolder(of: path)
        queue = try Self.reporting(path) {
            var configuration = Configuration()
            configuration.journalMode = .wal
            configuration.busyMode = .timeout(10)
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            return try DatabaseQueue(path: path, configuration: configuration)
        }
        let isNewer = try Self.reporting(path) { [queue] in try queue.read { try HistorySchema.migrator.hasBeenSuperseded($0) } }
        if isNewer { throw .newer(path: path) }
        try Self.reporting(path) { [queue] in try HistorySchema.migrator.migrate(queue) }
    }

    /// Opens a history to read what it holds, and changes nothing: where there is none it is empty, and one of an earlier
    /// schema is read from a temporary copy. Nothing may be kept in it.
    package init(reading path: String, network: String? = nil) throws(HistoryError) {
        self.path = path
        self.network = network
        let migrator = HistorySchema.migrator
        let isThere = FileManager.default.fileExists(atPath: path)
        let found = try Self.reporting(path) {
            var configuration = Configuration()
            configuration.busyMode = .timeout(10)
            return isThere ? try DatabaseQueue(path: path, configuration: configuration) : try DatabaseQueue()
        }
        if try Self.reporting(path, { try found.read { try migrator.hasBeenSuperseded($0) } }) { throw .newer(path: path) }
        queue = try Self.reporting(path) {
            if try found.read({ try migrator.hasCompletedMigrations($0) }) { return found }
            // Without a name it lies in a temporary file.
            let copy = try DatabaseQueue(path: "")
            try found.backup(to: copy)
            try migrator.migrate(copy)
            return copy
        }
    }

    /// An audit as the history names it.
    package struct KeptAudit: Hashable, Sendable {
        package let id: String
        package let network: String
        package let asOf: Instant
        /// `sha256:…` of its `audit.json`.
        package let digest: String
    }

    /// Keeps an audit with the bytes of its `audit.json`. One that is kept already stays as it is.
    /// Complete pulls of incremental sources are kept with it.
    package func keep(_ audit: Audit, json: [UInt8], pulls: [SourcePull] = []) throws(HistoryError) {
        try reporting { [network] queue in
            try queue.write { database in
                try Self.insert(audit, json: json, into: database)
                for pull in pulls { try Self.insert(pull, network: network ?? "", into: database) }
            }
        }
    }

    /// The audits that count at `asOf`, earliest first; those of one instant in the order in which they were kept.
    package func audits(before asOf: Instant) throws(HistoryError) -> [KeptAudit] {
        try reporting { [network] in try $0.read { try Self.audits(of: network, before: asOf, $0) } }
    }

    /// `sha256:…` over the audits that count at `asOf`. Without any it is the digest of nothing.
    package func digest(before asOf: Instant) throws(HistoryError) -> String {
        var lines = ""
        for audit in try audits(before: asOf) {
            lines += "\(audit.asOf.seconds).\(audit.asOf.nanoseconds) \(audit.id) \(audit.digest)\n"
        }
        return "sha256:" + sha256Hex(lines.utf8)
    }

    /// The bytes of a kept audit's `audit.json`.
    package func json(of id: String) throws(HistoryError) -> [UInt8]? {
        try reporting { queue in
            try queue.read { try Data.fetchOne($0, sql: "SELECT json FROM audit WHERE id = ?", arguments: [id]).map(Array.init) }
        }
    }

    /// The flags of an audit at `asOf` with their states, and with those of the audit before that are settled or cannot be
    /// told any more (see `FlagStates`). `fate` is asked about flags that are not raised now.
    package func told(_ flags: [Flag], before asOf: Instant, fate: (Flag) -> FlagFate) throws(HistoryError) -> [Flag] {
        let earlier = try reporting { [network] in try $0.read { try Self.earlierFlags(of: network, before: asOf, $0) } }
        return FlagStates.told(flags, last: earlier.last, ever: earlier.ever, fate: fate)
    }

    /// What the last audit before `asOf` saw of each activity; nothing where there is none.
    package func seenActivities(before asOf: Instant) throws(HistoryError) -> [SeenActivity] {
        try reporting { [network] in try $0.read { try Self.seenActivities(of: network, before: asOf, $0) } }
    }

    // MARK: Errors

    func reporting<T: Sendable>(_ body: (DatabaseQueue) throws -> T) throws(HistoryError) -> T {
        try Self.reporting(path) { [queue] in try body(queue) }
    }

    private static func reporting<T>(_ path: String, _ body: () throws -> T) throws(HistoryError) -> T {
        do {
            return try body()
        } catch {
            let why = (error as? DatabaseError)?.message ?? String(describing: error)
            throw .unusable(path: path, why: why)
        }
    }

    static func makeFolder(of path: String) throws(HistoryError) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw .unusable(path: path, why: "its folder cannot be made")
        }
    }
}
