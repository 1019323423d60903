// libpq, loaded when it is first used: with its authentication methods it brings two dozen libraries (4 MB),
// which a program that keeps its data in a file need not carry.
#pragma once

#include <libpq-fe.h>

namespace onda::db::postgres {

// The functions of libpq that we call, under their names without PQ.
class LibPq {
 private:
  // Declared first: the functions below are looked up in it.
  void* library_ = open();

  static void* open();
  // Throws DatabaseError.
  void* look_up(const char* name) const;
  template <class Function>
  Function load(const char* name) const {
    return reinterpret_cast<Function>(look_up(name));
  }

 public:
  decltype(&PQclear) clear = load<decltype(&PQclear)>("PQclear");
  decltype(&PQcmdStatus) cmdStatus = load<decltype(&PQcmdStatus)>("PQcmdStatus");
  decltype(&PQcmdTuples) cmdTuples = load<decltype(&PQcmdTuples)>("PQcmdTuples");
  decltype(&PQconnectdbParams) connectdbParams = load<decltype(&PQconnectdbParams)>("PQconnectdbParams");
  decltype(&PQconninfoFree) conninfoFree = load<decltype(&PQconninfoFree)>("PQconninfoFree");
  decltype(&PQconninfoParse) conninfoParse = load<decltype(&PQconninfoParse)>("PQconninfoParse");
  decltype(&PQerrorMessage) errorMessage = load<decltype(&PQerrorMessage)>("PQerrorMessage");
  decltype(&PQfinish) finish = load<decltype(&PQfinish)>("PQfinish");
  decltype(&PQgetResult) getResult = load<decltype(&PQgetResult)>("PQgetResult");
  decltype(&PQgetisnull) getisnull = load<decltype(&PQgetisnull)>("PQgetisnull");
  decltype(&PQgetlength) getlength = load<decltype(&PQgetlength)>("PQgetlength");
  decltype(&PQgetvalue) getvalue = load<decltype(&PQgetvalue)>("PQgetvalue");
  decltype(&PQntuples) ntuples = load<decltype(&PQntuples)>("PQntuples");
  decltype(&PQputCopyData) putCopyData = load<decltype(&PQputCopyData)>("PQputCopyData");
  decltype(&PQputCopyEnd) putCopyEnd = load<decltype(&PQputCopyEnd)>("PQputCopyEnd");
  decltype(&PQresultErrorField) resultErrorField = load<decltype(&PQresultErrorField)>("PQresultErrorField");
  decltype(&PQresultStatus) resultStatus = load<decltype(&PQresultStatus)>("PQresultStatus");
  decltype(&PQsocket) socket = load<decltype(&PQsocket)>("PQsocket");
  decltype(&PQnotifies) notifies = load<decltype(&PQnotifies)>("PQnotifies");
  decltype(&PQfreemem) freemem = load<decltype(&PQfreemem)>("PQfreemem");
  decltype(&PQconsumeInput) consumeInput = load<decltype(&PQconsumeInput)>("PQconsumeInput");
  decltype(&PQflush) flush = load<decltype(&PQflush)>("PQflush");
  decltype(&PQisBusy) isBusy = load<decltype(&PQisBusy)>("PQisBusy");
  decltype(&PQpingParams) pingParams = load<decltype(&PQpingParams)>("PQpingParams");
  decltype(&PQsendPrepare) sendPrepare = load<decltype(&PQsendPrepare)>("PQsendPrepare");
  decltype(&PQsendQuery) sendQuery = load<decltype(&PQsendQuery)>("PQsendQuery");
  decltype(&PQsendQueryParams) sendQueryParams = load<decltype(&PQsendQueryParams)>("PQsendQueryParams");
  decltype(&PQsendQueryPrepared) sendQueryPrepared =
      load<decltype(&PQsendQueryPrepared)>("PQsendQueryPrepared");
  decltype(&PQsetnonblocking) setnonblocking = load<decltype(&PQsetnonblocking)>("PQsetnonblocking");
  decltype(&PQstatus) status = load<decltype(&PQstatus)>("PQstatus");
  decltype(&PQtransactionStatus) transactionStatus =
      load<decltype(&PQtransactionStatus)>("PQtransactionStatus");
};

// For the life of the process. Throws DatabaseError (kUnavailable) if libpq isn't installed.
const LibPq& pq();

}  // namespace onda::db::postgres
