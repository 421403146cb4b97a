extension Preset {
    static let hubspot = Preset(
        name: "hubspot",
        about: """
            HubSpot: tickets of the CRM with the history of their stage and owner; the stages are those of the pipeline that every \
            account begins with (1 new, 2 waiting on contact, 3 waiting on us, 4 closed).
            """,
        url: """
            https://api.hubapi.com/crm/v3/objects/tickets?limit=50&properties=subject,hs_ticket_priority,hubspot_owner_id,\
            hs_pipeline_stage,createdate,closed_date,first_agent_reply_date,source_type&propertiesWithHistory=hs_pipeline_stage,\
            hubspot_owner_id&associations=companies: tickets with these properties, the history of two of them, and their companies
            """,
        text: #"""
            format: json
            page: {cursor: {param: after, from: 'body.paging.next.after'}}
            records: 'body.results'
            missing: [""]
            map:
              id: 'it.id'
              kind: '"support"'
              opened: 'timestamp(it.properties.?createdate.orValue(it.createdAt))'
              closed: 'it.properties.?closed_date.optMap(t, timestamp(t))'
              updated: 'it.?updatedAt.optMap(t, timestamp(t))'
              severity:
                of: 'it.properties.?hs_ticket_priority.orValue("unset")'
                table: {URGENT: S1, HIGH: S2, MEDIUM: S3, LOW: S4}
              customer: {id: 'it.?associations.?companies.?results[?0].?id'}
              owner: 'it.properties.hubspot_owner_id'
              attributes:
                subject: 'it.properties.subject'
                status: 'it.properties.hs_pipeline_stage'
                channel: 'it.properties.?source_type.optMap(c, c.lowerAscii())'
              events:
                - at: 'timestamp(it.properties.?createdate.orValue(it.createdAt))'
                  activity: '"opened"'
                  actor: {party: '"customer"'}
                  channel: 'it.properties.?source_type.optMap(c, c.lowerAscii())'
                - at: 'it.properties.?first_agent_reply_date.optMap(t, timestamp(t))'
                  activity: '"acknowledged"'
                  actor: {party: '"partner"'}
                # Histories begin with what is newest: what comes behind an entry was before it.
                - for:
                    - >-
                      s in it.propertiesWithHistory.hs_pipeline_stage.transformList(i, h, {"at": h.timestamp, "to": h.?value.orValue(""),
                      "from": it.propertiesWithHistory.hs_pipeline_stage[?i + 1].optMap(b, b.?value.orValue("")).orValue(""),
                      "by": h.?sourceId.orValue("")})
                  when: 's.from != ""'
                  at: 'timestamp(s.at)'
                  activity:
                    of: 's.from == "4" ? "reopened" : s.from == "2" && s.to == "3" ? "resumed" : s.to'
                    table: {reopened: reopened, resumed: work_resumed, "2": waiting_for_customer, "3": work_started, "4": closed}
                    otherwise: other
                  actor: {id: 's.by == "" ? optional.none() : optional.of(s.by)'}
                  attributes:
                    from: 's.from'
                    to: 's.to'
                - for:
                    - >-
                      o in it.propertiesWithHistory.?hubspot_owner_id.orValue([]).transformList(i, h, {"at": h.timestamp, "to": h.?value.orValue(""),
                      "from": it.propertiesWithHistory.hubspot_owner_id[?i + 1].optMap(b, b.?value.orValue("")).orValue("")})
                  when: 'o.from != "" || o.to != ""'
                  at: 'timestamp(o.at)'
                  activity:
                    of: 'o.to == "" ? "nobody" : o.from == "" ? "first" : "next"'
                    table: {first: assigned, next: reassigned, nobody: unassigned}
                    otherwise: other
                  attributes:
                    owner: 'o.to == "" ? optional.none() : optional.of(o.to)'
            """#)
}
