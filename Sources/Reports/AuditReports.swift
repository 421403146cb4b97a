import Foundation
import Language
package import Scoring

/// The reports that follow from an audit alone: everything but the verdict lines, which stream, and `run.json`.
package enum AuditReports {
    package static let verdictLines = "verdicts.ndjson"
    package static let run = "run.json"

    /// Writes `audit.json` (whose bytes `AuditJSON` gave) and the pages.
    package static func write(_ audit: Audit, json: [UInt8], into folder: ReportFolder) throws(ReportError) {
        try folder.write(json, to: "audit.json")
        try folder.write(IndexPage(audit).bytes, to: "index.html")
        try writePages(AuditView(audit), into: folder)
    }

    /// The pages of partners, on every core: each is a matter of its own, and waits for the disk.
    private static func writePages(_ view: AuditView, into folder: ReportFolder) throws(ReportError) {
        let partners = view.audit.partners
        @Sendable func write(_ index: Int) throws(ReportError) {
            try folder.write(PartnerPage(view, partner: partners[index]).bytes, to: FileNames.page(ofPartner: partners[index].id))
        }
        guard !partners.isEmpty else { return }
        // The first makes their folder.
        try write(0)
        let failures = Guarded<[Int: ReportError]>([:])
        DispatchQueue.concurrentPerform(iterations: partners.count - 1) { place in
            do throws(ReportError) {
                try write(place + 1)
            } catch {
                failures.withLock { $0[place] = error }
            }
        }
        if let failure = failures.withLock({ $0.min { $0.key < $1.key }?.value }) { throw failure }
    }
}
