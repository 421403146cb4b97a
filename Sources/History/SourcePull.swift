package import Language

/// What is known of an incremental source from its complete pulls before an instant.
package struct SourceMemory: Sendable {
    /// Everything that changed before it has been pulled.
    package let watermark: Instant
    /// When the last of these pulls was.
    package let pulledAt: Instant
    /// The pages that the records came from, by `Provenance.page`, and their SHA-256.
    package let pages: [Int: String]
    /// `sha256:…` of the pulls.
    package let digest: String
    /// The pulls, earliest first.
    let pulls: [Pull]
    /// How many they are.
    package var pullCount: Int { pulls.count }

    /// A row of the pulls.
    struct Pull: Sendable {
        let sequence: Int64
        let pulledAt: Instant
    }
}

/// A complete pull of an incremental source, to be kept with its audit.
package struct SourcePull {
    package let source: String
    package let fingerprint: String
    package let asOf: Instant
    package let pulledAt: Instant
    package let watermark: Instant
    /// Of what was pulled.
    package let digest: String
    package let pages: [(number: Int, sha256: String)]
    /// Hands over every record that counts once: its partner, its id, its bytes; no bytes where there is nothing to judge of
    /// it, and no partner where that is not known.
    package let records: ((String, String, [UInt8]) throws -> Void) throws -> Void

    package init(
        source: String, fingerprint: String, asOf: Instant, pulledAt: Instant, watermark: Instant, digest: String,
        pages: [(number: Int, sha256: String)], records: @escaping ((String, String, [UInt8]) throws -> Void) throws -> Void
    ) {
        self.source = source
        self.fingerprint = fingerprint
        self.asOf = asOf
        self.pulledAt = pulledAt
        self.watermark = watermark
        self.digest = digest
        self.pages = pages
        self.records = records
    }
}
