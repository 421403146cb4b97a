package import Scoring

/// The reports that follow from an audit alone: everything but the verdict lines, which stream, and `run.json`.
package enum AuditReports {
    package static let verdictLines = "verdicts.ndjson"
    package static let run = "run.json"

    /// Writes `audit.json` (whose bytes `AuditJSON` gave) and the pages.
    package static func write(_ audit: Audit, json: [UInt8], into folder: ReportFolder) throws(ReportError) {
        try folder.write(json, to: "audit.json")
        try folder.write(IndexPage(audit).bytes, to: "index.html")
        let view = AuditView(audit)
        for partner in audit.partners {
            try folder.write(PartnerPage(view, partner: partner).bytes, to: FileNames.page(ofPartner: partner.id))
        }
    }
}
