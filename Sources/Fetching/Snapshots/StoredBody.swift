import Language

/// A kept page as it is read again, in chunks, and checked against its digest when its last byte has been read.
///
/// Unchecked: the one reader of a page has it.
final class StoredBody: @unchecked Sendable {
    private let object: SnapshotManifest.Object
    private let reader: FileReader?
    private let decoder = ContentDecoder(ZstdCodec())
    private let page: SnapshotManifest.PulledPage
    private let damage: SnapshotDamage
    private var digest = Digest()
    private var count = 0
    private var isOver = false

    init(
        _ page: SnapshotManifest.PulledPage, _ object: SnapshotManifest.Object, in store: SnapshotStore, _ damage: SnapshotDamage
    ) {
        self.page = page
        self.object = object
        self.damage = damage
        reader = FileReader(path: store.object(object.sha256))
    }

    /// The next bytes. At the end of a page that was cut it throws what cut it.
    func next() async throws(TransferError) -> [UInt8]? {
        guard !isOver else { return try end() }
        guard let bytes = try await unpacked() else {
            isOver = true
            guard count == object.count, digest.hex == object.sha256 else {
                throw damaged("does not have the bytes that were pulled")
            }
            return try end()
        }
        digest.update(bytes)
        count += bytes.count
        return bytes
    }

    private func unpacked() async throws(TransferError) -> [UInt8]? {
        guard let reader else { throw damaged("is missing") }
        do throws(TransferError) {
            while true {
                if let bytes = try decoder.next() { return bytes }
                guard let packed = try await reader.next() else {
                    try decoder.finish()
                    return nil
                }
                decoder.push(packed)
            }
        } catch {
            throw damaged("cannot be unpacked")
        }
    }

    private func end() throws(TransferError) -> [UInt8]? {
        guard page.isCut else { return nil }
        guard let failure = page.failure, let code = TransferError.Code(rawValue: failure.code) else {
            throw TransferError(.cut, "the pull ended here")
        }
        throw TransferError(code, failure.message)
    }

    private func damaged(_ why: String) -> TransferError {
        damage.note("object \(object.sha256) of '\(page.url)' \(why)")
        return TransferError(.unreadable, "the kept page \(why)")
    }
}

/// What was found to be wrong with a snapshot while it was read: the first of it by its text, whichever thread found it.
final class SnapshotDamage: Sendable {
    private let found = Guarded<String?>(nil)

    func note(_ text: String) {
        found.withLock { found in
            if let other = found, other.utf8.lexicographicallyPrecedes(text.utf8) { return }
            found = text
        }
    }

    var text: String? { found.withLock { $0 } }
}
