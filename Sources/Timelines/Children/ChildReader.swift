import Fetching
import Language

/// Reads one resource of a child, or its stream, to the end: the rows as JSON.
struct ChildReader: Sendable {
    let plan: ChildPlan
    /// What the header of its rows must name.
    let columns: NeededColumns
    /// Begins the pull of a part of the source.
    let pull: @Sendable (Source) -> PullSequence

    /// What was read, and what of it was not.
    struct Account: Sendable {
        var pages: [PageSummary] = []
        var warnings: Set<String> = []
        /// Nil where everything was read.
        var problem: Outcome.Reason?
    }

    /// All rows of a resource, which belong to one record and so fit into memory, or the record is too large.
    func rows(of source: Source) async -> (rows: [[UInt8]], account: Account) {
        var rows: [[UInt8]] = []
        var size = 0
        let most = plan.source.limits.maxPage
        let account: Account
        do throws(TooLarge) {
            account = try await read(source) { row throws(TooLarge) in
                size += row.content.count + 1
                guard size <= most else { throw TooLarge() }
                rows.append(row.content)
            }
        } catch {
            return ([], Account(problem: Self.tooLarge(most)))
        }
        return (rows, account)
    }

    private struct TooLarge: Error {}

    static func tooLarge(_ most: Int) -> Outcome.Reason {
        Outcome.Reason("too_large", "what belongs to one record is larger than \(most) bytes")
    }

    /// Hands on row after row. Where `take` throws, nothing more is read.
    func read<Failure: Error>(
        _ source: Source, _ take: (PackedRow) throws(Failure) -> Void
    ) async throws(Failure) -> Account {
        var reader = RecordReader(
            source: plan.rows.source, mapping: plan.rows, format: source.format, activities: ActivityTable([]),
            maxRow: plan.source.limits.maxRow, columns: columns)
        var account = Account()
        var failure: ReadFailure?
        for await event in pull(source) {
            if case .pageEnded(let page) = event {
                account.pages.append(page)
                account.warnings.formUnion(page.notes)
            }
            if case .ended(let outcome) = event {
                let isSample = plan.isSample && outcome.reason?.code == Limits.maxPagesCode
                if isSample { account.warnings.insert("only the first page was read") } else { account.problem = outcome.reason }
            }
            // Pages are read to their end all the same, as those of the source are.
            guard failure == nil else { continue }
            do throws(ReadFailure) { try reader.consume(event) } catch { failure = error }
            failure = try Self.take(from: &reader, &account, take) ?? failure
        }
        do throws(ReadFailure) { try reader.finish() } catch { failure = failure ?? error }
        failure = try Self.take(from: &reader, &account, take) ?? failure
        if let failure { account.problem = failure.reason }
        return account
    }

    private static func take<Failure: Error>(
        from reader: inout RecordReader, _ account: inout Account, _ take: (PackedRow) throws(Failure) -> Void
    ) throws(Failure) -> ReadFailure? {
        var failure: ReadFailure?
        while let work = reader.next() {
            account.warnings.formUnion(work.known.warnings)
            let found = try work.forEachRow(take)
            failure = failure ?? work.known.failure ?? found
        }
        return failure
    }
}
