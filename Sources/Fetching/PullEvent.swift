package import Language

/// What a pull of one source says, in this order: pages or rows, the end of each page, and exactly one `ended`.
package enum PullEvent: Sendable {
    /// A whole JSON page, whose grammar was checked.
    case page(Page)
    /// Some bytes of an NDJSON or CSV page, in order; rows may be cut anywhere.
    case bytes([UInt8], page: Int)
    /// The page is read to its end: after its `page` or its last `bytes`.
    case pageEnded(PageSummary)
    /// Always the last event.
    case ended(Outcome)
}

/// A page of a JSON source.
package struct Page: Sendable {
    /// From 1, in the order of the pull.
    package let number: Int
    package let content: Content

    package enum Content: Sendable {
        case document(JSONDocument)
        /// The list of records, not parsed.
        case list(JSONList)
    }

    package init(number: Int, content: Content) {
        self.number = number
        self.content = content
    }

    package init(number: Int, document: JSONDocument) { self.init(number: number, content: .document(document)) }

    /// The page as one document, which a list is parsed for.
    package func document() throws(JSONError) -> JSONDocument {
        switch content {
        case .document(let document): document
        case .list(let list): try list.document()
        }
    }
}

/// What is known of a page once it is read: enough to prove later where a verdict came from.
package struct PageSummary: Hashable, Sendable {
    package let number: Int
    /// Without credentials and with secret query values redacted.
    package let url: String
    /// The attempt that succeeded, from 1.
    package let attempt: Int
    /// Decoded bytes.
    package let byteCount: Int
    /// Of the decoded bytes, lower-case hex.
    package let sha256: String
    /// What is to be said of it, though it can be used; without its number, so that what holds for all is said once.
    package let notes: [String]
    /// When it was answered by the partner's own clock (the header `Date`), which stamps its records too; nil where that is
    /// not told.
    package let answeredAt: Instant?

    package init(
        number: Int, url: String, attempt: Int, byteCount: Int, sha256: String, notes: [String] = [], answeredAt: Instant? = nil
    ) {
        self.number = number
        self.url = url
        self.attempt = attempt
        self.byteCount = byteCount
        self.sha256 = sha256
        self.notes = notes
        self.answeredAt = answeredAt
    }
}

/// How the pull of a source ended. Empty is `complete` with no records; it is never the same as failed.
package enum Outcome: Hashable, Sendable {
    case complete
    /// Some pages were read, then it stopped; what was read is judged with a caveat.
    case partial(Reason)
    /// Nothing usable.
    case failed(Reason)
    case notAttempted(Reason)

    /// Why: a stable code (`http_status`, `connect`, `timeout`, `too_large`, `not_json`, …) and a sentence without secrets,
    /// with the place (URL, page, line) where it went wrong.
    package struct Reason: Hashable, Sendable {
        package let code: String
        package let message: String
        package init(_ code: String, _ message: String) {
            self.code = code
            self.message = message
        }
    }

    /// `complete`, `partial`, `failed` or `not_attempted`.
    package var name: String {
        switch self {
        case .complete: "complete"
        case .partial: "partial"
        case .failed: "failed"
        case .notAttempted: "not_attempted"
        }
    }

    package var reason: Reason? {
        switch self {
        case .complete: nil
        case .partial(let reason), .failed(let reason), .notAttempted(let reason): reason
        }
    }
}

/// The formats that a source's pages may have.
package enum PageFormat: String, CaseIterable, Sendable {
    case json, ndjson, csv
}
